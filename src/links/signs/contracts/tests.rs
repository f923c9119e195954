use super::super::lex::tokens;
use super::*;

#[test]
fn a_description_handed_to_a_builder_is_served_and_one_that_is_asked_is_not() {
    let builder = "bgrpc.NewServer(c).Add(&rapb.Orders_ServiceDesc, impl).Add(\n&rapb.Bills_ServiceDesc, impl)";
    assert_eq!(servers("go", builder), ["Orders", "Bills"]);
    let asked = "name := rapb.Orders_ServiceDesc.ServiceName; x(rapb.Orders_ServiceDesc.Methods)";
    assert_eq!(servers("go", asked), Vec::<String>::new());
}

#[test]
fn a_function_that_returns_a_client_makes_it() {
    let code = "func NewGetter(cc Conn) Getter { return pb.NewNonceClient(cc) }\n\
                func Other(cc Conn) { c := pb.NewBillsClient(cc); use(c) }";
    let found = scan(&tokens("go", code)).makers;
    assert_eq!(found, [("NewGetter".to_owned(), "Nonce".to_owned())]);
}

#[test]
fn a_client_that_a_field_takes_is_handed_on() {
    let handed_on = |code: &str| {
        let code = format!("cac := pb.NewOrdersClient(conn)\n{code}");
        scan(&tokens("go", &code)).members.contains("cac")
    };
    assert!(handed_on("server.CA = cac\n"));
    assert!(handed_on("all[name] = cac\n"));
    assert!(handed_on("s := &sender{\n Orders: cac,\n}\n"));
    assert!(!handed_on("log(x == cac)\n"));
}

fn clients(extension: &str, text: &str) -> Vec<(String, Option<String>)> {
    scan(&tokens(extension, text))
        .built
        .into_iter()
        .map(|b| (b.contract, b.holder))
        .collect()
}

fn servers(extension: &str, text: &str) -> Vec<String> {
    scan(&tokens(extension, text)).served
}

#[test]
fn clients_of_every_language_are_found() {
    let alone = |contract: &str| vec![(contract.to_owned(), None)];
    let held = |contract: &str, holder: &str| vec![(contract.to_owned(), Some(holder.to_owned()))];
    assert_eq!(
        clients("go", "s.searchClient = search.NewSearchClient(conn)"),
        held("Search", "searchClient")
    );
    assert_eq!(
        clients("go", "x, err := pb.NewCartServiceClient(c).Get(ctx)"),
        alone("CartService")
    );
    assert_eq!(clients("go", "func NewCartServiceClient(cc grpc.X) {}"), []);
    let gateway = "err := pb.RegisterCartServiceHandlerFromEndpoint(ctx, mux, addr, opts)";
    assert_eq!(clients("go", gateway)[0].0, "CartService");
    assert_eq!(
        clients("py", "stub = demo_pb2_grpc.CatalogStub(channel)"),
        held("Catalog", "stub")
    );
    assert_eq!(
        clients("java", "stub = AdServiceGrpc.newBlockingStub(ch);"),
        held("AdService", "stub")
    );
    assert_eq!(
        clients("rs", "let c = CartClient::new(channel);"),
        held("Cart", "c")
    );
    assert_eq!(
        clients("cs", "var c = new Cart.CartClient(channel);"),
        held("Cart", "c")
    );
    assert_eq!(
        clients("js", "const c = new proto.CartService(addr)"),
        held("CartService", "c")
    );
}

#[test]
fn servers_of_every_language_are_found() {
    assert_eq!(servers("go", "pb.RegisterCartServer(srv, s)"), ["Cart"]);
    assert_eq!(
        servers(
            "py",
            "demo_pb2_grpc.add_EmailServiceServicer_to_server(s, server)"
        ),
        ["EmailService"]
    );
    assert_eq!(
        servers("java", "class A extends AdServiceGrpc.AdServiceImplBase {}"),
        ["AdService"]
    );
    assert_eq!(
        servers("cs", "class A : Hipster.CartService.CartServiceBase {}"),
        ["CartService"]
    );
    assert_eq!(
        servers("js", "server.addService(proto.Currency.service, {})"),
        ["Currency"]
    );
    assert_eq!(servers("rs", "add_service(CartServer::new(x))"), ["Cart"]);
    assert_eq!(
        servers("go", "s.RegisterService(&pb.Cart_ServiceDesc, &impl{})"),
        ["Cart"]
    );
    assert_eq!(
        servers("ts", "server.addService(CartService, { get })"),
        ["Cart"]
    );
    assert_eq!(
        servers("java", "class A implements CartGrpc.AsyncService {}"),
        ["Cart"]
    );
    assert_eq!(
        servers(
            "java",
            "@DubboService(version = \"1\") class A implements CartApi {}"
        ),
        ["CartApi"]
    );
}

#[test]
fn a_description_alone_serves_nothing() {
    assert!(servers("go", "var x = pb.Cart_ServiceDesc.ServiceName").is_empty());
    assert!(servers("ts", "list.add(a, b); app.service(cart, x)").is_empty());
}

#[test]
fn clients_by_type_or_name_of_the_contract_are_found() {
    let held = |contract: &str, holder: &str| vec![(contract.to_owned(), Some(holder.to_owned()))];
    assert_eq!(
        clients(
            "ts",
            "this.cart = this.client.getService<Cart>('CartService');"
        ),
        held("CartService", "cart")
    );
    assert_eq!(
        clients(
            "java",
            "@DubboReference(check = false) private CartApi cart;"
        ),
        held("CartApi", "cart")
    );
    assert_eq!(
        clients("rs", "let _c = CartClient::connect(url).await;"),
        [("Cart".to_owned(), None)]
    );
}
