/** Learning, hiring, meeting, giving. The notation is explained in ../notation.ts. */
export const people = `
# School | graduation-cap 225 | school^4, course^2, courses^3, student^3, students^3, teacher^3, teachers^3, university^4, college^4, class^1, classroom^3, academy^4, tutoring^4, training center^4, enrollment^3, grades^2, education^3, e-learning^4, lms^5, lessons^2, professor^3
students graduation-cap: name! email phone date_of_birth
teachers user: name! email subject
courses book-open: title! code^ @teacher start_date capacity
enrollments clipboard-check: @student! @course! enrolled_on status(Enrolled > In progress > Completed | Dropped) grade

# Hiring | briefcase 205 | hiring^5, recruiting^5, recruitment^5, recruiter^4, ats^5, applicant^5, applicants^5, candidate^4, candidates^4, job openings^4, job applications^5, vacancies^4, interviews^2, job board^4
jobs briefcase: title! department location status(Draft > Open > Filled | Closed)
candidates users: name! email phone cv:url source
applications clipboard-list: @candidate! @job! applied_on stage(Applied > Screening > Interview > Offer > Hired | Rejected)
interviews calendar: @application! date_time:datetime! interviewer rating notes

# People and leave | id-card 215 | employee^2, employees^2, hr^5, human resources^5, leave request^4, vacation^3, time off^4, payroll^4, staff^1, onboarding^3, attendance^2, absence^3, shifts^2
departments network: name! manager
employees users: name! email phone job_title @department hire_date salary
leave_requests calendar-off: @employee! type(Vacation, Sick, Other) start_date! end_date! status(Requested > Approved | Rejected)

# Events | calendar-heart 345 | event^4, events^4, conference^4, attendee^4, attendees^4, ticket sales^3, meetup^4, venue^3, wedding^4, concert^4, festival^4, webinar^3, speakers^3, workshop^1, party^1
events calendar-heart: name! start_at:datetime! end_at:datetime @venue capacity description
venues map-pin: name! address capacity
attendees users: name! email phone
registrations ticket: @event! @attendee! ticket_type(Standard, VIP, Free) status(Registered > Confirmed > Checked in | Cancelled) paid

# Nonprofit donors | hand-heart 350 | donor^5, donors^5, donation^5, donations^5, nonprofit^5, non-profit^5, charity^5, fundraising^5, ngo^5, church^3, foundation^2
donors users: name! email phone address
campaigns megaphone: name! goal:money start_date end_date
donations hand-heart: @donor! @campaign amount! date! payment_method receipt_sent:boolean

# Volunteers | hand-helping 80 | volunteer^5, volunteers^5, volunteering^5, shifts^1, soup kitchen^4, food bank^4
volunteers users: name! email phone skills availability
shifts calendar: name! date! start_time end_time location needed:integer
signups clipboard-check: @volunteer! @shift! hours status(Signed up > Confirmed > Worked | Cancelled)

# Membership | users 245 | club^3, association^3, members^2, membership^3, society^2, alumni^3, chess club^4, choir^3, community^1, dues^3
members users: name! email phone join_date status(Applied > Active > Lapsed)
payments receipt: @member! amount! date! method(Cash, Card, Bank transfer)
events calendar: name! date! location

# Sports | trophy 100 | league^4, tournament^4, team^1, teams^2, players^3, match^2, matches^3, football^4, soccer^4, basketball^4, sport^3, coach^2, season^1
teams shield: name! coach city
players users: name! @team position shirt_number:integer date_of_birth
matches trophy: @home_team>teams! @away_team>teams! date_time:datetime! location home_score:integer away_score:integer

# Voting and surveys | vote 290 | survey^5, surveys^5, poll^4, polls^4, questionnaire^5, voting^4, quiz^4, questions^1
surveys clipboard-list: title! description status(Draft > Open > Closed)
questions circle-question-mark: @survey! text! type(Text, Single choice, Multiple choice, Rating)
responses message-square: @survey! respondent_name submitted_at:datetime
answers check: @response! @question! value:longtext

# Travel | plane 195 | travel^4, trip^3, trips^3, tour^4, tours^4, travel agency^5, flights^4, flight^3, itinerary^4, airline^5, vacation rental^3, airport^4, passengers^3
trips plane: title! destination! start_date end_date price
travellers users: name! email phone passport_number
bookings ticket: @trip! @traveller! booked_on status(Requested > Confirmed > Paid | Cancelled) total

# Family and home | house 30 | family^3, household^4, chores^5, groceries^4, shopping list^4, babysitter, wishlist^3, gifts^3, pantry^4, habits^4, habit^4
people users: name! birthday
chores check: title! @person due_date status(To do > Done)
shopping_items shopping-cart: name! quantity bought:boolean
`;
