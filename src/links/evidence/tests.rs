//! Small systems with the traps of the specification.
//!
//! In: files written on the spot. Out: the pairs that `links` finds.
//! Invariant: every system is a whole tree, read as any other.
//! Never: anything but tests.

use super::*;
use crate::knowledge::Knowledge;
use crate::links::Reader;
use crate::model::{FileRole, Grade, Service, ServiceId, SourceFile, is_within};
use crate::parse;
use crate::source::{Limits, Source};

/// Services by name and role; each owns the folder of its name.
fn found(services: &[(&str, Role)], files: &[(&str, &str)]) -> Vec<String> {
    found_with("", services, files)
}

/// The same with rows that a user adds to what is known.
fn found_with(rows: &str, services: &[(&str, Role)], files: &[(&str, &str)]) -> Vec<String> {
    let rows = toml::from_str(rows).expect("rows");
    found_in(services, files, |project| {
        project.knowledge = Knowledge::with(rows).into();
    })
}

/// The same after a change to what is known of the tree.
fn found_in(
    services: &[(&str, Role)],
    files: &[(&str, &str)],
    change: impl FnOnce(&mut Project),
) -> Vec<String> {
    let shown = |link: &ServiceLink| format!("{} {} {}", link.from, end(&link.to), link.evidence);
    let links = links_in(services, files, change).links;
    links.iter().map(shown).collect()
}

/// All links of a small tree.
fn links_in(
    services: &[(&str, Role)],
    files: &[(&str, &str)],
    change: impl FnOnce(&mut Project),
) -> StaticLinks {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut sorted = files.to_vec();
    sorted.sort_unstable();
    let mut project = Project::default();
    for (name, role) in services {
        let (name, dirs) = ((*name).to_owned(), vec![(*name).to_owned()]);
        project.services.push(Service {
            name,
            role: *role,
            dirs,
            ..Service::default()
        });
    }
    for (path, text) in sorted {
        let place = dir.path().join(path);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::write(&place, text).expect("a file");
        let owner = project
            .services
            .iter()
            .position(|service| is_within(path, &service.name));
        project.files.push(SourceFile {
            path: path.into(),
            language: None,
            role: if path.contains("vendor/") {
                FileRole::Vendored
            } else {
                FileRole::Source
            },
            bytes: text.len() as u64,
            package: None,
            service: owner.map(ServiceId::new),
        });
    }
    change(&mut project);
    let source = Source::open(&[dir.path().to_path_buf()], Limits::default()).expect("a source");
    links(&project, &source)
}

/// The pairs that are found, with their grades.
fn found_graded(services: &[(&str, Role)], files: &[(&str, &str)]) -> Vec<String> {
    let shown = |link: &ServiceLink| {
        let grade = match link.grade {
            Grade::Called => "called",
            Grade::Configured => "configured",
        };
        format!("{} {} {grade}", link.from, end(&link.to))
    };
    let links = links_in(services, files, |_| {}).links;
    links.iter().map(shown).collect()
}

/// All links of a project.
fn links(project: &Project, source: &Source) -> StaticLinks {
    let reader = Reader::new(&project.knowledge);
    let read = |(id, file): (FileId, &SourceFile)| {
        let text = source.text(&file.path).ok()?;
        let (_, extension) = file.path.rsplit_once('.').unwrap_or_default();
        let lexemes = || parse::lexemes(extension, &text);
        Some((id, reader.read(id, file, &text, &lexemes)?))
    };
    let kept = project.iter().filter_map(read).collect();
    reader.join(project, kept).remove(0)
}

fn end(end: &LinkEnd) -> &str {
    match end {
        LinkEnd::Service(name) | LinkEnd::Datastore(name) | LinkEnd::Topic(name) => name,
    }
}

const SHOP: [(&str, Role); 4] = [
    ("orders", Role::Business),
    ("users", Role::Business),
    ("orders-db", Role::Datastore),
    ("config", Role::Infrastructure),
];

#[test]
fn addresses_in_code_and_configuration() {
    let files = [
        ("orders/app.py", "requests.get('http://users:80/u')\n"),
        (
            "orders/application.yml",
            "db:\n  host: orders-db\nconfig:\n  uri: http://config:8888\n",
        ),
    ];
    assert_eq!(
        found(&SHOP, &files),
        [
            "orders users url-literal",
            "orders orders-db manifest-address"
        ]
    );
}

#[test]
fn traps_give_no_link() {
    let files = [
        (
            "orders/a.go",
            "// http.Get(\"http://users/x\")\n/* \"http://users\" */\n",
        ),
        (
            "orders/application.yml",
            "#users:\n#  url: http://users:80\ncors:\n  allowed-origins: http://users:80\n",
        ),
        ("orders/vendor/x.go", "var x = \"http://users:80\"\n"),
        (
            "orders/b.yml",
            "check: http://users:80/health\nusers-client: http://users:80\n",
        ),
        ("orders/load.yml", "flow:\n  - get:\n      url: /users\n"),
    ];
    assert_eq!(found(&SHOP, &files), Vec::<String>::new());
}

#[test]
fn a_generated_client_counts_when_it_is_called() {
    let server = (
        "users/main.go",
        "pb.RegisterUserServiceServer(s, &server{})\n",
    );
    let built = (
        "orders/main.go",
        "c.users = pb.NewUserServiceClient(conn)\n",
    );
    let called = ("orders/call.go", "r, err := c.users.Get(ctx, id)\n");
    assert_eq!(found(&SHOP, &[server, built]), Vec::<String>::new());
    assert_eq!(
        found(&SHOP, &[server, built, called]),
        ["orders users generated-client"]
    );
    let generated = (
        "orders/user.pb.go",
        "// Code generated by protoc. DO NOT EDIT.\nc := NewUserServiceClient(cc)\nc.Get()\n",
    );
    assert_eq!(found(&SHOP, &[server, generated]), Vec::<String>::new());
}

#[test]
fn declared_clients_topics_and_defaults() {
    let files = [
        (
            "orders/C.java",
            "@FeignClient(name = \"users\") interface C {}\n",
        ),
        (
            "orders/p.js",
            "await producer.send({ topic: 'paid', messages: [m] })\n",
        ),
        (
            "users/U.java",
            "@KafkaListener(topics = \"paid\") void on() {}\n",
        ),
        (
            "users/d.js",
            "const db = process.env.DB_HOST || 'orders-db'\n",
        ),
    ];
    let expected = [
        "orders users client-declaration",
        "orders users topic",
        "users orders-db url-literal",
    ];
    assert_eq!(found(&SHOP, &files), expected);
}

#[test]
fn options_of_a_client_name_its_host() {
    let files = [
        (
            "orders/a.py",
            "config = {\n 'host': 'orders-db',\n 'port': 3306 }\n",
        ),
        (
            "users/b.js",
            "createClient({ host: 'orders' })\nlog({ label: 'orders-db' })\n",
        ),
    ];
    assert_eq!(
        found(&SHOP, &files),
        ["orders orders-db url-literal", "users orders url-literal"]
    );
}

#[test]
fn a_topic_stands_behind_a_function() {
    let files = [
        (
            "orders/t.go",
            "var Topic = topic()\nfunc topic() string { return \"paid\" }\n",
        ),
        (
            "orders/p.go",
            "m := sarama.ProducerMessage{\n Topic: kafka.Topic,\n}\n",
        ),
        (
            "users/U.java",
            "@KafkaListener(topics = \"paid\") void on() {}\n",
        ),
    ];
    assert_eq!(found(&SHOP, &files), ["orders users topic"]);
}

#[test]
fn nobody_but_a_gateway_calls_a_front_end() {
    let package = |needs: &str| crate::model::Package {
        ecosystem: "npm",
        dir: "users".to_owned(),
        dependencies: vec![crate::model::PackageDependency {
            key: needs.to_owned(),
            package: needs.to_owned(),
            path: None,
            target: None,
            by_name: false,
            scope: crate::model::DependencyScope::Normal,
            location: Location::new("users/package.json", crate::model::Position::new(1, 1)),
        }],
        ..Default::default()
    };
    let files = [
        ("orders/m.py", "requests.get('http://users:80/x')\n"),
        ("users/main.ts", "render()\n"),
    ];
    let found = |role, needs: &str| {
        let services = [("orders", role), ("users", Role::Business)];
        found_in(&services, &files, |project| {
            project.packages = vec![package(needs)];
            project.tell_fronts(&|_| false);
        })
    };
    assert!(found(Role::Business, "react").is_empty());
    assert_eq!(found(Role::Gateway, "react"), ["orders users url-literal"]);
    assert_eq!(
        found(Role::Business, "express"),
        ["orders users url-literal"]
    );
}

#[test]
fn a_queue_reaches_its_receiver_through_parameters() {
    let takes = |given: &str| {
        format!(
            "import \"sdk/azservicebus\"\nfunc start() {{ name := os.Getenv(\"QUEUE\")\n run({given}) }}\nfunc run(queue string) {{ c.NewReceiverForQueue(queue, nil) }}\n"
        )
    };
    let found = |given: &str| {
        let code = takes(given);
        let files = [
            (
                "orders/p.js",
                "require('@azure/service-bus'); c.createSender('paid')\n",
            ),
            ("users/.env", "QUEUE=paid\n"),
            ("users/c.go", code.as_str()),
        ];
        found(&SHOP, &files)
    };
    assert_eq!(found("name"), ["orders users topic"]);
    assert!(found("other()").is_empty());
}

#[test]
fn a_name_reaches_a_client_in_one_hop() {
    let helper =
        "func (s *S) initUsers(name string) error { conn := dialer.Dial(name)\n return nil }\n";
    let files = [
        ("orders/h.go", helper),
        ("orders/m.go", "s.initUsers(\"users\")\ns.log(\"users\")\n"),
    ];
    assert_eq!(found(&SHOP, &files), ["orders users propagated-name"]);
}

#[test]
fn shared_configuration_goes_to_those_who_read_its_key() {
    let files = [
        ("config.json", "{\"OrderDbAddress\": \"orders-db:5432\"}"),
        ("orders/m.go", "connect(result[\"OrderDbAddress\"])\n"),
        ("users/m.go", "connect(result[\"Other\"])\n"),
    ];
    assert_eq!(found(&SHOP, &files), ["orders orders-db manifest-address"]);
}

/// What a manifest sets or says of a container.
fn setting(key: &str, value: &str) -> crate::model::Setting {
    crate::model::Setting {
        key: key.to_owned(),
        value: value.to_owned(),
        location: Location::new("compose.yml", crate::model::Position::new(7, 3)),
    }
}

/// Whether a service with one file and the variable `SHOP_ENDPOINTS_USERS` is linked to what that names.
fn reads_variable(code: &str) -> bool {
    let variable = setting("SHOP_ENDPOINTS_USERS", "http://users:80");
    let found = found_in(&SHOP, &[("orders/Endpoints.java", code)], |project| {
        project.services[0].settings = vec![variable];
    });
    !found.is_empty()
}

#[test]
fn frameworks_bind_variables_to_the_types_of_a_prefix() {
    let bound = "@ConfigurationProperties(\"shop.endpoints\") class E { String users; }";
    assert!(reads_variable(bound));
    let named = "@ConfigurationProperties(prefix = E.PREFIX) class E {\n\
                 static final String PREFIX = \"shop.endpoints\";\n}";
    assert!(reads_variable(named));
    let value = "class C { @Value(\"${shop.endpoints.users:none}\") String users; }";
    assert!(reads_variable(value));
    let other = "@ConfigurationProperties(\"shop.cards\") class E { String users; }";
    assert!(!reads_variable(other));
}

#[test]
fn a_client_interface_publishes_to_the_topic_that_listeners_declare() {
    let files = [
        (
            "orders/Events.java",
            "@KafkaClient\npublic interface Events {\n  @Topic(\"orders-placed\")\n  void placed(Order o);\n}\n",
        ),
        (
            "users/Listener.java",
            "@KafkaListener(offsetReset = EARLIEST)\npublic class Listener {\n  @Topic(\"orders-placed\")\n  \
             void on(Order o) {}\n}\n",
        ),
    ];
    assert_eq!(found(&SHOP, &files), ["orders users topic"]);
}

#[test]
fn a_page_is_not_asked_of_a_database_that_listens_on_the_same_port() {
    let store = Service {
        name: "store".to_owned(),
        role: Role::Datastore,
        ports: vec![8000],
        ..Service::default()
    };
    let project = Project {
        services: vec![store],
        ..Project::default()
    };
    let directory = directory::Directory::new(&project, false);
    let leads = |text: &str| {
        let address = address::addresses(text)
            .into_iter()
            .next()
            .expect("an address");
        directory.resolve(&address, None).is_some()
    };
    assert!(!leads("http://localhost:8000"));
    assert!(leads("redis://localhost:8000"));
}

#[test]
fn a_gateway_calls_what_its_composed_graph_joins() {
    let shop = [
        ("graph", Role::Gateway),
        ("orders", Role::Business),
        ("users", Role::Business),
    ];
    let schema = "enum join__Graph { \n A @join__graph(name: \"a\" url: \"http://orders:4000/graphql\")\n}\n\
                  extend type User @key(fields: \"id\")\n";
    let subgraph = (
        "users/users.graphql",
        "extend type Order { id: ID! }\n# http://orders:4000\n",
    );
    let composed = "subgraphs:\n  users:\n    routing_url: http://users:4000/graphql\n";
    let files = [
        ("graph/supergraph.graphql", schema),
        ("supergraph.yaml", composed),
        subgraph,
    ];
    assert_eq!(
        found(&shop, &files),
        ["graph orders gateway-route", "graph users gateway-route"]
    );
    let two = [
        ("graph", Role::Gateway),
        ("edge", Role::Gateway),
        ("users", Role::Business),
    ];
    let ambiguous = found(&two, &[("supergraph.yaml", composed)]);
    assert_eq!(
        ambiguous,
        Vec::<String>::new(),
        "which of them composes it is unknown"
    );
}

const STORE: &str = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: store\nspec:\n  \
                     type: state.redis\n  metadata:\n  - name: redisHost\n    value: orders-db:6379\n";

#[test]
fn a_side_car_is_asked_for_programs_and_stores() {
    let files = [
        ("dapr/store.yaml", STORE),
        (
            "orders/a.cs",
            "const string STORE = \"store\";\nawait dapr.SaveStateAsync<Order>(STORE, id, order);\n",
        ),
        (
            "users/a.js",
            "fetch(`http://localhost:${port}/v1.0/invoke/orders/method/x`);\nlog('store');\n",
        ),
    ];
    assert_eq!(
        found(&SHOP, &files),
        ["orders orders-db side-car", "users orders side-car"]
    );
    let header = [(
        "users/a.py",
        "requests.get(url, headers={'dapr-app-id': 'orders'})\n",
    )];
    assert_eq!(found(&SHOP, &header), ["users orders side-car"]);
    let named_only = [
        ("dapr/store.yaml", STORE),
        ("orders/a.cs", "log(\"store\");\n"),
    ];
    assert_eq!(found(&SHOP, &named_only), Vec::<String>::new());
}

#[test]
fn what_carries_messages_is_no_topic() {
    let shop = [("orders", Role::Business), ("users", Role::Business)];
    let publishes = (
        "orders/a.cs",
        "await dapr.PublishEventAsync(\"bus\", \"placed\", order);\n",
    );
    let takes =
        |topic: &str| format!("[Topic(\"bus\", \"{topic}\")]\npublic void On(Order o) {{}}\n");
    let (same, other) = (takes("placed"), takes("paid"));
    assert_eq!(
        found(&shop, &[publishes, ("users/b.cs", &same)]),
        ["orders users topic"]
    );
    assert_eq!(
        found(&shop, &[publishes, ("users/b.cs", &other)]),
        Vec::<String>::new()
    );
}

#[test]
fn bindings_and_subscriptions_hand_messages_to_the_route_of_their_name() {
    let shop = [
        ("camera", Role::Business),
        ("traffic", Role::Business),
        ("other", Role::Business),
    ];
    let binding = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: entry}\nspec:\n  \
                   type: bindings.mqtt\n  metadata:\n  - {name: topic, value: cars/entry}\nscopes: [traffic]\n";
    let route = "[HttpPost(\"entry\")]\npublic void On() {}\n";
    let files = [
        ("dapr/entry.yaml", binding),
        (
            "camera/a.cs",
            "new MqttApplicationMessageBuilder().WithTopic(\"cars/entry\").Build();\n",
        ),
        ("traffic/a.cs", route),
        ("other/a.cs", route),
    ];
    assert_eq!(
        found(&shop, &files),
        ["camera traffic topic"],
        "`other` is out of scope"
    );
    let declared = "apiVersion: dapr.io/v1alpha1\nkind: Subscription\nmetadata: {name: s}\nspec:\n  \
                    topic: placed\n  route: /on-placed\n  pubsubname: bus\n";
    let files = [
        ("dapr/s.yaml", declared),
        (
            "camera/a.py",
            "requests.post(f'http://localhost:{port}/v1.0/publish/bus/placed', json=x)\n",
        ),
        ("traffic/a.py", "@app.post('/on-placed')\ndef on(): pass\n"),
    ];
    assert_eq!(found(&shop, &files), ["camera traffic topic"]);
}

#[test]
fn a_client_made_by_another_package_and_one_of_the_own_contract_lead_on() {
    let shop = [
        ("web", Role::Business),
        ("nonce", Role::Business),
        ("va", Role::Business),
        ("far", Role::Business),
    ];
    let files = [
        (
            "nonce/main.go",
            "NewServer(c).Add(&pb.Nonces_ServiceDesc, impl)\n",
        ),
        (
            "lib/getter/a.go",
            "func NewGetter(cc Conn) Getter { return pb.NewNoncesClient(cc) }\n",
        ),
        ("web/main.go", "g := getter.NewGetter(conn)\n"),
        (
            "va/main.go",
            "s.Add(&pb.VA_ServiceDesc, impl)\nc := pb.NewVAClient(conn)\nc.Ask(ctx)\n",
        ),
        ("far/main.go", "s.Add(&pb.VA_ServiceDesc, impl)\n"),
    ];
    assert_eq!(
        found(&shop, &files),
        ["va far generated-client", "web nonce generated-client"]
    );
}

#[test]
fn a_full_name_of_the_cluster_needs_no_port() {
    let leads = |host: &str| {
        let setting = format!("db:\n  host: {host}\n");
        found(&SHOP, &[("orders/application.yml", setting.as_str())])
    };
    let inside = leads("orders-db.shared.svc.cluster.local");
    assert_eq!(inside, ["orders orders-db manifest-address"]);
    assert_eq!(leads("orders-db.json"), Vec::<String>::new());
    assert_eq!(leads("orders-db.example.com"), Vec::<String>::new());
}

#[test]
fn an_unset_variable_and_a_path_tell_together() {
    let page = "export const usersUrl = process.env.REACT_APP_USERS_URL_BASE\n";
    let asks = (
        "orders/api.ts",
        "const r = await axios.get(usersUrl + 'accounts/' + id)\n",
    );
    let filled = (
        "orders/api.ts",
        "const r = await fetch(`${usersUrl}/accounts/${id}`)\n",
    );
    let serves = ("users/a.js", "router.get('/accounts/:id', show)\n");
    let base = ("orders/config.ts", page);
    for asks in [asks, filled] {
        assert_eq!(
            found(&SHOP, &[base, asks, serves]),
            ["orders users unset-address"]
        );
    }
    let elsewhere = ("users/a.js", "router.get('/people/:id', show)\n");
    assert_eq!(found(&SHOP, &[base, asks, elsewhere]), Vec::<String>::new());
    let set = (
        "orders/.env",
        "REACT_APP_USERS_URL_BASE=https://users.example.com/\n",
    );
    assert_eq!(
        found(&SHOP, &[base, asks, serves, set]),
        Vec::<String>::new()
    );
}

#[test]
fn the_port_of_the_own_settings_is_where_this_machine_leads() {
    let asks = |port: u16| format!("requests.get('http://localhost:{port}/x')\n");
    let listens = |port: u16| format!("server:\n  port: {port}\n");
    let leads = |asked, orders, users| {
        let (code, own, other) = (asks(asked), listens(orders), listens(users));
        let files = [
            ("orders/a.py", code.as_str()),
            ("orders/application.yml", own.as_str()),
            ("users/application.yml", other.as_str()),
        ];
        found(&SHOP, &files)
    };
    assert_eq!(leads(8091, 8090, 8091), ["orders users url-literal"]);
    for (asked, orders, users) in [(8080, 8090, 8080), (8091, 8091, 8091), (8090, 8090, 8091)] {
        assert_eq!(leads(asked, orders, users), Vec::<String>::new(), "{asked}");
    }
}

/// The links of a gateway to what carries a label, by the code of the gateway and its image.
fn by_label(code: &str, image: &str, (key, value): (&str, &str)) -> Vec<String> {
    let services = [("gate", Role::Gateway), ("orders", Role::Business)];
    found_in(&services, &[("gate/a.js", code)], |project| {
        project.services[0].image = Some(image.to_owned());
        project.services[1].labels = vec![setting(key, value)];
    })
}

#[test]
fn a_gateway_leads_to_the_containers_whose_label_it_reads() {
    let route = ["gate orders gateway-route"];
    let reads = "const route = details.Spec.Labels.apiRoute;";
    assert_eq!(by_label(reads, "acme/gate", ("apiRoute", "/orders")), route);
    let none = Vec::<String>::new();
    assert_eq!(by_label(reads, "acme/gate", ("team", "blue")), none);
    let rule = ("traefik.http.routers.orders.rule", "Host(`a`)");
    assert_eq!(by_label("", "traefik:v3", rule), route);
    assert_eq!(by_label("", "nginx:1", rule), none);
    assert_eq!(
        by_label("", "traefik:v3", ("traefik.enable", "false")),
        none
    );
}

#[test]
fn rows_of_a_user_declare_clients_and_calls() {
    let shop = [("web", Role::Business), ("orders", Role::Business)];
    let files = [
        ("orders/A.java", "bus.broadcast(\"sales\");"),
        (
            "web/A.java",
            "@AcmeClient(service = \"orders\") interface A {}",
        ),
        ("web/B.java", "hub.attend(\"sales\");"),
    ];
    let rows = "messaging = { publish = [\"broadcast\"], subscribe = [\"attend\"] }\n\
                clients.http.\"@AcmeClient\" = [\"service\"]";
    assert!(found(&shop, &files).is_empty());
    assert_eq!(
        found_with(rows, &shop, &files),
        ["orders web topic", "web orders client-declaration"]
    );
}

#[test]
fn routes_of_ocelot_lead_to_names_of_a_registry() {
    let services = [("Gateway", Role::Gateway), ("OrderService", Role::Business)];
    let route =
        "{\"Routes\": [{\"DownstreamPathTemplate\": \"/o\", \"ServiceName\": \"OrderService\"}]}";
    let pairs = found(&services, &[("Gateway/ocelot.json", route)]);
    assert_eq!(pairs, ["Gateway OrderService gateway-route"]);
    let own = "{\"Consul\": {\"ServiceName\": \"OrderService\"}}";
    assert!(found(&services, &[("Gateway/appsettings.json", own)]).is_empty());
}

#[test]
fn where_logs_go_is_no_database_of_the_service() {
    let services = [("orders", Role::Business), ("search", Role::Datastore)];
    let settings = |section: &str| {
        let text = format!("{{\"{section}\": {{\"Uri\": \"http://search:9200\"}}}}");
        found(&services, &[("orders/appsettings.json", &*text)])
    };
    assert!(settings("LogOptions").is_empty());
    assert_eq!(settings("Catalog"), ["orders search manifest-address"]);
}

#[test]
fn the_address_that_people_are_sent_to_is_no_target() {
    let services = [("orders", Role::Business), ("shop", Role::Business)];
    let of = |key: &str| {
        let text = format!("{key}=http://shop/done\n");
        found(&services, &[("orders/application.properties", &*text)])
    };
    assert!(of("acme.public.url").is_empty());
    assert_eq!(of("acme.public-shop.url"), ["orders shop manifest-address"]);
}

#[test]
fn a_setting_that_is_bound_and_never_asked_for_is_only_configured() {
    let services = [
        ("cart", Role::Business),
        ("media", Role::Business),
        ("stock", Role::Business),
    ];
    let settings = "shop.services.media=http://media/m\nshop.services.stock=http://stock/s\n";
    let bound = "@ConfigurationProperties(prefix = \"shop.services\")\nrecord Urls(String media, String stock) {}";
    let asks = "class Client { void f() { get(urls.stock()); } }";
    let files = [
        ("cart/application.properties", settings),
        ("cart/Urls.java", bound),
        ("cart/Client.java", asks),
    ];
    let graded = found_graded(&services, &files);
    assert_eq!(graded, ["cart media configured", "cart stock called"]);
}

#[test]
fn sender_and_receiver_share_the_definition_of_an_event() {
    let sends = (
        "orders/a.ts",
        "await publishEvent(OrderPlacedEvent, data);\n",
    );
    let takes = |name: &str| format!("createPullWorker({{ stream: s, def: {name} }}, handle);\n");
    let found = |name: &str| found(&SHOP, &[sends, ("users/b.ts", &takes(name))]);
    assert_eq!(found("OrderPlacedEvent"), ["orders users topic"]);
    assert!(found("OrderPaidEvent").is_empty());
}

#[test]
fn a_page_reaches_the_port_on_which_settings_say_that_a_program_listens() {
    let found = |addr: &str| {
        let listens = format!("server:\n  http:\n    addr: {addr}\n");
        let page = "const api = axios.create({ baseURL: \"//localhost:8100\" });\n";
        let files = [("orders/a.js", page), ("users/conf.yaml", &*listens)];
        found(&SHOP, &files)
    };
    assert_eq!(found("0.0.0.0:8100"), ["orders users url-literal"]);
    assert!(found("0.0.0.0:8101").is_empty());
}

#[test]
fn of_variables_that_several_are_given_each_takes_those_it_reads() {
    let services = ["orders", "pay", "users"].map(|name| (name, Role::Business));
    let files = [
        ("orders/a.js", "fetch(process.env.USERS_URL);\n"),
        ("pay/a.js", "pay();\n"),
        ("lib/a.js", "const url = process.env.USERS_URL;\n"),
    ];
    let pairs = found_in(&services, &files, |project| {
        for service in &mut project.services[..2] {
            service.settings = vec![setting("USERS_URL", "http://users:80")];
        }
    });
    assert_eq!(pairs, ["orders users manifest-address"]);
}

#[test]
fn a_variable_asks_a_proxy_for_a_route_where_something_listens() {
    let services = [("edge", Role::Gateway), ("orders", Role::Business)];
    let routes = |ports: &[u16]| {
        let found = found_in(&services, &[], |project| {
            project.services[0].image = Some("nginx".to_owned());
            project.services[1].settings = vec![setting("VIRTUAL_HOST", "api.shop")];
            project.services[1].ports = ports.to_vec();
        });
        found.len()
    };
    assert_eq!((routes(&[8000]), routes(&[])), (1, 0));
}

#[test]
fn tables_that_later_migrations_drop_are_gone() {
    let files = [
        (
            "orders/m/1/up.sql",
            "create table carts (id int);\ncreate table orders (id int);",
        ),
        (
            "orders/m/2/up.sql",
            "drop table carts;\ndrop table orders;\ncreate table orders (id int, at date);",
        ),
        ("orders/m/2/down.sql", "create table baskets (id int);"),
        (
            "stock/schema.sql",
            "drop table if exists carts;\ncreate table carts (id int);",
        ),
    ];
    let services = [("orders", Role::Business), ("stock", Role::Business)];
    let tables = links_in(&services, &files, |_| {}).tables;
    let shown = tables.iter().map(|table| {
        let service = table.service.as_deref().unwrap_or_default();
        format!("{service} {}", table.table)
    });
    let shown: BTreeSet<String> = shown.collect();
    assert_eq!(Vec::from_iter(shown), ["orders orders", "stock carts"]);
}
