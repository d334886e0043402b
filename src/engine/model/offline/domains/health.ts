/** Looking after people and animals. The notation is explained in ../notation.ts. */
export const health = `
# Medical clinic | stethoscope 175 | clinic^4, medical^4, doctor^3, doctors^3, patient^3, patients^3, hospital^4, physician^3, health^1, healthcare^4, nurse, physiotherapy^4, therapy^2, therapist^4, prescription^2, psychologist^3, counselling
patients users: name! date_of_birth gender phone email address
doctors stethoscope: name! specialty phone email
appointments calendar-clock: @patient! @doctor! date_time:datetime! reason status(Booked > Checked in > Seen | Cancelled, No-show)
prescriptions pill: @patient! @doctor medication! dosage start_date end_date

# Veterinary clinic | paw-print 150 | vet^5, vets^4, veterinary^5, veterinarian^5, animal hospital^5, animal clinic^5, pet^2, pets^2, dogs^1, cats^1
owners users: name! phone email address
pets paw-print: name! species(Dog, Cat, Bird, Rabbit, Other) breed date_of_birth @owner!
visits calendar-clock: @pet! date_time:datetime! reason diagnosis status(Booked > In treatment > Done | Cancelled) fee
vaccinations syringe: @pet! vaccine! given_on:date next_due

# Dental practice | toothbrush 190 | dental^5, dentist^5, dentists^5, orthodontist^5, teeth
patients users: name! date_of_birth phone email
dentists stethoscope: name! phone email
appointments calendar-clock: @patient! @dentist! date_time:datetime! status(Booked > Checked in > Treated | Cancelled, No-show)
treatments toothbrush-sparkles: @patient! @dentist procedure! tooth date price

# Gym | dumbbell 10 | gym^5, fitness^4, workout^3, personal trainer^4, crossfit^5, yoga^4, pilates^4, yoga studio^5, membership^1, martial arts^4, dojo^4, trainer^2, sports club^4
members users: name! email phone join_date membership(Basic, Standard, Premium) active
trainers dumbbell: name! specialty phone email
classes calendar: name! @trainer start_at:datetime capacity room
bookings ticket: @member! @class! booked_on attended

# Salon | scissors 320 | salon^5, hair^3, hairdresser^5, barber^5, barbershop^5, beauty^4, spa^4, nail^3, stylist^4, massage^4, tattoo^4
clients users: name! phone email notes
services scissors: name! duration:integer price
stylists user: name! phone
appointments calendar-clock: @client! @service! @stylist date_time:datetime! status(Booked > Confirmed > Done | Cancelled, No-show)

# Pharmacy | pill 140 | pharmacy^5, pharmacist^4, drugstore^4, medicines^3, medication^2, drugs^2
medicines pill: name! manufacturer category stock price expiry_date
customers users: name! phone email
prescriptions clipboard-list: @customer! @medicine! doctor_name quantity date
sales shopping-cart: @medicine! @customer date! quantity! total

# Care home | heart-handshake 340 | care home^5, nursing home^5, elderly^4, caregiver^4, residents^2, daycare^4, childcare^4, kindergarten^4, nursery^3
residents users: name! date_of_birth room allergies contact_person contact_phone:phone
caregivers heart-handshake: name! phone email shift
care_notes notebook: @resident! @caregiver date_time:datetime note

# Animal shelter | cat 45 | animal shelter^6, shelter^4, adoption^4, adoptions^4, rescue^3, foster^3
animals cat: name! species(Dog, Cat, Other) breed sex age status(Arrived > Available > Reserved > Adopted)
adopters users: name! phone email address
adoptions heart: @animal! @adopter! date! fee

# Laboratory | flask-conical 200 | laboratory^4, lab^3, samples^4, specimen^4, experiment^4, lab tests^4, reagent^4
samples test-tube: code!^ type collected_on source status(Received > Testing > Reported | Rejected)
tests flask-conical: @sample! name! result performed_on technician
`;
