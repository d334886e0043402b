/** Work in offices: projects, tickets, money, papers. The notation is explained in ../notation.ts. */
export const work = `
# Project tracking | kanban 255 | project^4, projects^4, task^2, tasks^3, task management^5, to-do^4, todo^4, to do list^4, milestone^3, milestones^3, sprint^4, kanban^4, deadline^1, agile^4, backlog^3
projects folder-kanban: name! description start_date due_date status(Planned > Active > Done | On hold)
tasks square-check: title! @project assigned_to priority due_date status(To do > In progress > Review > Done)

# Helpdesk | life-buoy 185 | helpdesk^5, help desk^5, support tickets^5, ticketing^5, tickets^3, customer support^4, service desk^5, it support^5, complaints^3, support requests^4, issue tracker^3, technical support^4
tickets ticket: subject! description @customer priority status(New > Open > Waiting > Solved > Closed) @agent created_on:date
customers users: name! email phone
agents headset: name! email team

# Bug tracking | bug 5 | bug^5, bugs^5, bug tracker^6, defects^4, issue tracking^4, issues^2, software release^3, qa^3
bugs bug: title! description severity status(New > Confirmed > In progress > Fixed > Verified | Rejected) reported_by assigned_to version_number
projects folder: name! description

# Expenses | wallet 120 | expense^5, expenses^5, expense report^5, receipts^2, reimbursement^5, budget^3, budgets^3, spending^4, personal finance^5, bills^3, petty cash^5
expenses wallet: title! amount! date! @category paid_by payment_method status(Draft > Submitted > Approved > Reimbursed | Rejected) notes
categories tag: name! budget

# Freelance work | clock 170 | freelance^5, freelancer^5, time tracking^5, timesheet^5, timesheets^5, billable^4, invoicing^4, invoice^3, invoices^3, consultant^3, agency^2, consulting^3, billing^2
clients users: name! email phone company
projects folder: name! @client hourly_rate status(Proposed > Active > Finished)
time_entries clock: @project! date! hours! description billable
invoices receipt: number!^ @client! issue_date due_date total status(Draft > Sent > Paid | Overdue, Cancelled)

# Legal practice | scale 25 | law^4, legal^4, law firm^6, lawyer^5, lawyers^5, attorney^5, case management^4, court^4, litigation^4, cases^2, paralegal^4, notary^4
clients users: name! email phone address
cases scale: title! case_number^ @client! lawyer opened_on status(Intake > Open > In court > Settled > Closed)
hearings gavel: @case! date_time:datetime! court notes
documents file-text: title! @case! type(Contract, Filing, Letter, Evidence) file:url

# Insurance claims | shield 220 | insurance^4, claim^4, claims^4, policy^2, policies^3, policyholder^5, underwriting^4, adjuster^4
policyholders users: name! email phone address
policies shield: policy_number!^ @policyholder! type(Car, Home, Health, Life) premium start_date end_date
claims file-exclamation-point: claim_number!^ @policy! incident_date description amount status(Filed > Under review > Approved > Paid | Denied)

# Assets | monitor 240 | asset^5, assets^5, it equipment^4, equipment register^5, asset register^6, laptops^3, devices^2, licenses^3, hardware^2, depreciation^4
assets monitor: name! tag^ category serial_number purchase_date price @assigned_to>people status(In stock > In use > In repair > Retired)
people users: name! email department
maintenance_records wrench: @asset! date! description cost

# Equipment lending | hand 60 | lending^4, loans^3, borrow^4, borrowed^4, borrower^4, equipment lending^6, tool library^6, rental^4, rentals^4, rent out^4, checkout^2, lend^4, equipment rental^6, hire out^3
items package: name! category condition(New, Good, Worn) available
borrowers users: name! email phone
loans hand: @item! @borrower! borrowed_on:date! due_on:date! returned_on:date status(Out > Returned | Lost)

# Loans | landmark 90 | bank^3, banking^4, loan application^5, microfinance^5, mortgage^4, lender^4, credit^2, bank account^4, bank accounts^4, transactions^2
customers users: name! email phone address
accounts landmark: account_number!^ @customer! type(Checking, Savings, Loan) balance opened_on
transactions arrow-left-right: @account! date! type(Deposit, Withdrawal, Transfer) amount! description

# Publishing | newspaper 330 | blog^5, cms^5, posts^3, articles^4, content management^5, content calendar^5, editorial^4, newsletter^3, magazine^3, publishing^4, authors^2
authors user: name! email biography:longtext
posts newspaper: title! body @author @category status(Draft > In review > Published) published_on
categories tag: name! description
comments message-square: @post! author_name comment:longtext approved

# User management | user-cog 200 | user management^6, users and roles^6, access control^5, permissions^4, user accounts^4, login^2, authentication^3, roles^2
users users: name! email!^ active @role
roles shield: name! description permissions:longtext

# Contracts and suppliers | signature 210 | contract^3, contracts^5, vendor^4, vendors^4, procurement^5, purchase orders^5, purchasing^4, tenders^4, supplier^2, suppliers^2
suppliers truck: name! contact_person phone email
contracts signature: title! @supplier! start_date end_date value status(Draft > Active > Expired | Terminated)
purchase_orders receipt: number!^ @supplier! order_date total status(Draft > Sent > Received | Cancelled)

# Ideas and feedback | lightbulb 50 | ideas^4, feedback^3, suggestions^3, feature requests^5, roadmap^4
ideas lightbulb: title! description submitted_by votes:integer status(New > Planned > In progress > Done | Declined)

# Meetings | messages-square 270 | meeting notes^5, meetings^3, minutes^3, action items^5, decisions^3
meetings messages-square: title! date_time:datetime! location agenda notes
action_items square-check: title! @meeting owner due_date status(Open > Done)

# Compliance | clipboard-check 110 | compliance^5, audit^3, audits^4, inspection^3, inspections^4, checklist^4, checklists^4, risk register^5, incidents^4, safety^4, quality control^4
inspections clipboard-check: title! location inspector date! result(Pass, Fail, Open) notes
findings triangle-alert: @inspection! description! severity due_date status(Open > Fixed > Verified)

# Messaging | message-circle 205 | chat application^5, messaging^5, chat^3, conversations^3, social network^5, social media^5, followers^4
users users: name! email!^ biography:longtext
conversations messages-square: title @user*
messages message-circle: @conversation! @sender>users! body! sent_at:datetime
`;
