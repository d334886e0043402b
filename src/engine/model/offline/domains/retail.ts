/** Selling: shops, orders, stock, customers. The notation is explained in ../notation.ts. */
export const retail = `
# Cellphone retail | smartphone 210 | cellphone^4, cell phone^4, mobile phone, smartphone, phone store^4, phone shop^4, phone repair^4, electronics store^4, electronics shop^4, electronics^1, gadget, laptop repair, computer store, computer repair, handset
customers users: name!? phone? email address preferred_contact(Phone, Email, Text message) notes
products smartphone: name!? brand model category(Phone, Tablet, Accessory, Part) sku^ price stock
sales shopping-cart: @customer! @product! date! quantity! total
repairs wrench: @customer! device! serial_number problem status(Received > Diagnosing > Repairing > Ready > Delivered)? price received_on due

# Inventory | boxes 35 | inventory^4, stock, warehouse^4, stockroom, reorder, sku, storage^1, supply room, supplies^2
products package: name! sku^ category stock reorder_level:integer price @supplier
suppliers truck: name! contact_person phone email
stock_movements arrow-left-right: @product! type(In, Out, Correction) quantity! date! note
warehouses warehouse: name! address capacity

# Online shop | shopping-cart 280 | e-commerce^4, ecommerce^4, online store^4, online shop^4, webshop^4, web shop^4, order management^4, line items, order items, shopping cart, orders^2, marketplace
customers users: name! email phone address
products package: name! sku^ description price stock
orders receipt: number^ @customer order_date! status(New > Paid > Packed > Shipped > Delivered | Cancelled, Returned) total
order_items list: @order! @product! quantity! price

# Sales | handshake 230 | crm^2, sales pipeline^4, leads^3, prospects, deals^4, opportunities^4, sales team^3, sales^1, customer relationship, b2b, pipeline^2, accounts^1, clients^1
companies building: name! industry website phone address
contacts users: name! email phone job_title @company
deals handshake: title! @company @contact value stage(Lead > Qualified > Proposal > Negotiation > Won | Lost) expected_close_date
activities calendar: subject! type(Call, Meeting, Email, Task) date @deal notes

# Sales figures | chart-line 250 | daily revenue^4, sales dashboard^5, revenue dashboard^5, top products^4, sales report^4, sales figures^4, sales data^2
products package: name! category price
sales shopping-cart: @product! date! quantity! total!

# Restaurant | utensils 20 | restaurant^4, cafe^3, café^3, bistro, diner^2, menu^2, waiter, catering, food truck, pizzeria^4, kitchen^1, coffee shop^4, bar^1, pub^2
menu_items utensils: name! category(Starter, Main, Dessert, Drink) price! description available
tables armchair: number! seats location
reservations calendar-clock: guest_name! phone party_size date_time:datetime! @table status(Booked > Seated > Finished | Cancelled, No-show)
orders receipt: @table ordered_at:datetime status(Open > In the kitchen > Served > Paid | Cancelled) total
order_items list: @order! @menu_item! quantity! note

# Bakery | croissant 35 | bakery^5, bakeries^4, patisserie^5, pastry shop^6, pastries^4, cakes^4, cake shop^6, cake orders^6, bread^3, baker^4, confectionery^4
products cake: name! category(Bread, Pastry, Cake, Cookie, Other) price available
customers users: name! phone email
orders receipt: @customer order_date due_date:date! status(New > Baking > Ready > Collected | Cancelled) total notes
order_items list: @order! @product! quantity! price
ingredients wheat: name! unit stock reorder_level:integer

# Subscriptions | repeat 265 | subscription^4, subscriptions^4, saas^3, membership box, recurring^2, mrr, subscribers^3, plans^1
customers users: name! email company
plans layers: name! price billing_period(Monthly, Yearly) description
subscriptions repeat: @customer! @plan! status(Trial > Active > Past due | Cancelled) start_date! renewal_date
invoices receipt: number^ @subscription issue_date amount due_date paid

# Bookshop | book 25 | bookshop^4, bookstore^4, book store^4
books book: title! author isbn^ genre price stock
customers users: name! email phone
sales shopping-cart: @book! @customer date! quantity! total

# Florist | flower 330 | florist^4, flower shop^4, flowers^2, bouquet
customers users: name! phone email
products flower: name! price stock season
orders receipt: @customer! @product! quantity delivery_date card_message:longtext status(New > Arranging > Out for delivery > Delivered | Cancelled)

# Car sales | car 0 | car dealer^4, car dealership^4, dealership^4, used cars^4, auto dealer^4, test drive^3
cars car: make! model! year vin^ mileage price status(In stock > Reserved > Sold)
customers users: name! phone email
sales handshake: @car! @customer! date! price @salesperson
test_drives key-round: @car! @customer! date_time:datetime notes

# Art and auctions | palette 300 | gallery^3, art gallery^4, artwork^3, museum^4, exhibit^3, auction^4, collection^1
artists palette: name! nationality born:date biography:longtext
artworks image: title! @artist year medium price status(Available > Reserved > Sold)
exhibitions landmark: title! location start_date end_date @artwork*
`;
