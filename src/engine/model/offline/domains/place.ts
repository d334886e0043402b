/** Places, vehicles, machines, land. The notation is explained in ../notation.ts. */
export const place = `
# Real estate | house 130 | real estate^6, realtor^5, property listings^6, properties^3, listing^2, listings^3, property sales^5, apartments^2, estate agent^6, house viewings^5, viewings^3
properties house: title! address! type(House, Apartment, Land, Office) price bedrooms area status(Listed > Under offer > Sold | Withdrawn) @agent
agents user: name! email phone
clients users: name! email phone budget
viewings calendar-clock: @property! @client! date_time:datetime! feedback

# Property maintenance | hammer 30 | tenant^5, tenants^5, landlord^5, property management^6, maintenance request^5, maintenance requests^5, property repairs^6, building management^5, rent^3, leases^4, lease^3, facility^4, facilities^4
properties building: name! address!
units door-open: name! @property! bedrooms rent
tenants users: name! phone email @unit
maintenance_requests hammer: title! @unit! @tenant description priority status(Reported > Scheduled > In progress > Done | Cancelled) reported_on cost

# Hotel | bed-double 45 | hotel^5, hostel^5, guesthouse^5, bed and breakfast^6, b&b^5, guests^3, motel^5, resort^4, rooms^1, campsite^5, airbnb^5, campground^5
guests users: name! email phone nationality
rooms bed-double: number!^ type(Single, Double, Suite) price_per_night:money capacity
reservations calendar: @guest! @room! check_in:date! check_out:date! status(Booked > Checked in > Checked out | Cancelled) total

# Bookings | calendar-clock 165 | booking^4, bookings^4, appointment^3, appointments^3, booking system^5, scheduling^3, reservation^3, reservations^3, meeting rooms^4, room booking^5, time slots^4, coworking^4
customers users: name! phone email
services sparkles: name! duration:integer price
bookings calendar-clock: @customer! @service! date_time:datetime! status(Booked > Confirmed > Done | Cancelled, No-show) notes

# Fleet | truck 15 | fleet^6, vehicles^4, vehicle^3, trucks^4, drivers^3, fuel^4, mileage^2, logistics^3, vans^4, delivery vans^5
vehicles truck: plate!^ make model year mileage status(Available > In use > In workshop | Sold)
drivers users: name! phone licence_number
trips route: @vehicle! @driver! date! distance purpose
services wrench: @vehicle! date! description cost

# Car workshop | wrench 5 | car workshop^6, garage^4, auto repair^6, mechanic^5, mechanics^5, car repair^6, workshop^2, auto shop^5, bike shop^4, bicycle repair^6, bike repair^6, tyres^3
customers users: name! phone email
vehicles car: plate!^ make model year @customer!
jobs wrench: @vehicle! problem! mechanic status(Booked > Diagnosing > Repairing > Ready > Collected) received_on price

# Construction | hard-hat 40 | construction^5, contractor^4, building site^5, building company^5, subcontractor^5, plumber^4, plumbing^4, electrician^4, roofing^5, renovation^4, job site^5
projects hard-hat: name! @client address start_date end_date budget status(Quoted > Planned > Building > Finished)
clients users: name! phone email
subcontractors users: name! trade phone
tasks square-check: title! @project! @subcontractor due_date status(To do > In progress > Done)
materials boxes: name! @project quantity unit cost

# Cleaning and field service | spray-can 180 | cleaning^4, cleaning company^6, cleaners^4, landscaping^5, gardening^3, lawn care^5, field service^5, technicians^3, pest control^5, pool service^5, window cleaning^6, handyman^5
customers users: name! phone email address
jobs spray-can: @customer! service! date_time:datetime! assigned_to price status(Scheduled > In progress > Done > Invoiced | Cancelled)

# Farm | tractor 95 | farm^5, farms^4, crop^5, crops^5, livestock^5, cattle^5, harvest^4, fields^1, agriculture^5, farmer^4, orchard^5, vineyard^5, dairy^4, cows^4, chickens^4
fields map: name! area crop
animals beef: tag!^ species breed date_of_birth weight
harvests wheat: @field! date! crop quantity unit
tasks square-check: title! @field due_date status(To do > Done)

# Garden | sprout 110 | garden^4, plant^3, plants^4, greenhouse^5, seeds^4, houseplants^5, watering^4
plants sprout: name! species location planted_on last_watered:date
care_tasks droplets: @plant! task(Water, Fertilise, Repot, Prune) date! notes

# Library | library 35 | library^5, librarian^5, books^3, book lending^5, borrowers^2, isbn^3, borrow books^5
books book: title! author isbn^ genre year copies
members users: name! email phone
loans hand: @book! @member! loaned_on:date! due_on:date! returned_on:date status(Out > Returned | Overdue, Lost)

# Recipes | chef-hat 25 | recipe^6, recipes^6, ingredients^3, cookbook^5, cooking^4, meal plan^5, meals^3, meal planner^5
recipes chef-hat: name! category(Breakfast, Starter, Main, Dessert) servings preparation_time:integer instructions
ingredients carrot: name! unit
recipe_ingredients list: @recipe! @ingredient! quantity:decimal

# Manufacturing | factory 20 | manufacturing^6, factory^5, production order^5, production orders^5, work orders^4, bill of materials^6, assembly^3, machine^2, machines^3, production line^5, brewery^4, batches^3, batch^3
products package: name! code^ unit
production_orders factory: number!^ @product! quantity! start_date due_date status(Planned > Released > In production > Quality check > Finished | Cancelled)
materials boxes: name! stock unit cost
machines cog: name! location status(Running > Stopped > In maintenance)

# Deliveries | package-check 55 | delivery^3, deliveries^4, courier^5, shipment^5, shipments^5, parcels^5, parcel^5, dispatch^4, shipping^4, packages^2
customers users: name! phone address
drivers truck: name! phone
shipments package-check: tracking_number!^ @customer! @driver delivery_date status(Created > Picked up > In transit > Delivered | Returned)

# Parking | parking-meter 210 | parking^5, parking lot^6, parking spaces^6
spaces parking-meter: number!^ level type(Standard, Disabled, Electric)
vehicles car: plate!^ owner_name phone
permits ticket: @vehicle! @space start_date! end_date! price

# Collections | gem 285 | collection^2, collectors^3, coins^5, stamps^5, vinyl^5, records collection^5, wine^4, wine cellar^6, board games^5, movies^4, films^3, music^3, comics^5, video games^5, watchlist^4
items gem: name! category year condition(Mint, Good, Fair, Poor) purchase_price location notes
`;
