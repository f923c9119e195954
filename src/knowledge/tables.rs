//! The tables, as the files beside this one hold them and as `[knowledge]` of a configuration adds to them.
//!
//! In: TOML. Out: [`Tables`].
//! Invariant: a key that is no field is an error.
//! Never: a default for a missing row; a list without rows is empty.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::list::{Join, List, LowerList};
use super::messages::Messaging;

/// Declares [`Tables`]: one field per file.
macro_rules! files {
    ($($(#[$doc:meta])* $field:ident: $table:ident,)*) => {
        tables! {
            /// Everything that is known.
            Tables { $($(#[$doc])* $field: $table,)* }
        }

        impl Tables {
            /// What the files say.
            pub(super) fn built_in() -> Self {
                Self {
                    $($field: table(
                        stringify!($field),
                        include_str!(concat!(stringify!($field), ".toml")),
                    ),)*
                }
            }

            /// The files by their names, as they are built in.
            #[must_use]
            pub fn texts() -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($field), include_str!(concat!(stringify!($field), ".toml"))),)*]
            }
        }
    };
}

/// Parses a built-in table.
fn table<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> T {
    // A table that does not parse is a fault of the build, found by the first test.
    toml::from_str(text).unwrap_or_else(|error| panic!("knowledge/{name}.toml: {error}"))
}

files! {
    /// What runs, by image and name.
    images: Images,
    /// Frameworks by what the code that uses them does.
    frameworks: Frameworks,
    /// How code and settings name the program that is called.
    clients: Clients,
    /// What is only told to others.
    told: Told,
    /// Who publishes and who subscribes.
    messaging: Messaging,
    /// Who changes what is stored.
    datastores: Datastores,
    /// Configuration of reverse proxies.
    proxies: Proxies,
    /// Programs that a provider runs function by function.
    serverless: Serverless,
    /// What folders hold.
    folders: Folders,
    /// Files that are told apart by their names.
    files: Files,
    /// Words of names.
    words: Words,
    /// Paths of code as profilers record them.
    profilers: Profilers,
}

tables! {
    /// What runs, by the words of image and name.
    Images {
        /// Databases, caches, stores of files.
        datastores: LowerList,
        /// What passes messages on.
        brokers: LowerList,
        /// What stands before other programs and leads requests to them.
        gateways: LowerList,
        /// What operates, watches or configures other programs.
        infrastructure: LowerList,
        /// What makes load.
        load_generators: LowerList,
        /// What makes of the name of a datastore or broker that of a tool.
        tools: LowerList,
        /// The same of programs that run once, before others.
        setup: LowerList,
        /// Words of the names of programs that tell who somebody is, and give out the keys to check that.
        identity: LowerList,
        /// Roles of programs whose code lies in the tree, by their names.
        own: OwnNames,
        /// Roles by dependencies and annotations.
        hints: Hints,
        /// Programs that run once and end.
        jobs: Jobs,
        /// How instances of one program are told apart.
        instances: Instances,
    }

    /// Programs that run once and end, by their commands.
    Jobs {
        /// Programs that do.
        programs: LowerList,
        /// Words of images that hold nothing else.
        images: LowerList,
        /// Images of operating systems, which start nothing.
        systems: List,
        /// Programs that run a task or script.
        runners: LowerList,
        /// Words of tasks that end.
        tasks: LowerList,
        /// Words of tasks of build tools.
        builds: LowerList,
        /// Words beside which a task does not end.
        serving: LowerList,
        /// Programs that hand on to another.
        wrappers: LowerList,
    }

    /// How instances of one program are told apart.
    Instances {
        /// Words of their names.
        words: LowerList,
        /// Words of variables that may choose another program.
        choices: LowerList,
    }

    /// Names of programs whose code lies in the tree.
    OwnNames {
        /// Words that make a gateway.
        gateway_words: LowerList,
        /// Whole names of gateways.
        gateways: LowerList,
        /// Words beside which a gateway leads out of the system.
        outward_words: LowerList,
        /// Whole names of brokers.
        brokers: LowerList,
        /// Whole names of infrastructure.
        infrastructure: LowerList,
        /// Words that make a gateway of what uses a library for routing.
        routing_words: LowerList,
    }

    /// Names of dependencies and annotations that tell a role.
    Hints {
        /// How those start that make a program infrastructure.
        infrastructure_starts: List,
        /// What they contain.
        infrastructure: List,
        /// Libraries for routing.
        gateways: LowerList,
        /// How those start that make a gateway in any case.
        gateway_starts: List,
        /// Libraries that make load.
        load_generators: List,
    }

    /// Frameworks by what the code that uses them does.
    Frameworks {
        /// Extensions of files that hold pages or parts of them.
        browser_extensions: List,
        /// npm packages of pages in a browser.
        browser_packages: List,
        /// npm packages of programs that answer requests.
        server_packages: List,
        /// Names of files, without extension and in small letters, that start a program.
        entries: LowerList,
        /// How code declares routes.
        routes: RouteNames,
        /// What makes a module with an entry point a program that answers requests.
        programs: Programs,
        /// By framework, what code imports that answers requests: HTTP, GraphQL, RPC or messages.
        server: BTreeMap<String, List>,
    }

    /// How code declares routes.
    RouteNames {
        /// Calls that declare one route, whatever they are called on.
        calls: LowerList,
        /// Calls for what stands before other routes.
        prefixes: LowerList,
        /// Those among them that stand before all routes of their file.
        whole: LowerList,
        /// Annotations of a route or, on a class, of what stands before its routes.
        annotations: LowerList,
        /// What routes are declared on, as the last name before the method.
        routers: LowerList,
        /// Arguments that hold the path.
        arguments: List,
        /// Calls that declare a route in a module of Django's.
        django_calls: List,
        /// Relations and loaders of Django's that name models and classes by text.
        django_names: List,
    }

    /// Signs of a program that answers requests, by build system.
    Programs {
        /// npm packages.
        node: List,
        /// How scripts of a package start that run a program again whenever its code changes.
        node_watchers: Vec<Box<str>>,
        /// Crates.
        rust: List,
        /// Kinds of project.
        dotnet: List,
        /// Kinds of project that run in a browser.
        dotnet_pages: List,
        /// Packages that make a project one of tests.
        dotnet_tests: List,
        /// Calls of an application model that add a program by its folder.
        aspire: List,
        /// Parts of the text of a build file.
        jvm: List,
        /// What starts it, the most telling first.
        jvm_mains: Vec<Box<str>>,
        /// Plug-ins of a build file that pack a module as a program, whatever starts it.
        jvm_packers: Vec<Box<str>>,
        /// Packages of the frameworks themselves.
        jvm_own: List,
        /// Artifacts of which a module of steps that drive a system from outside is made.
        behaviour_tests: List,
        /// Parts of the code of a Go program.
        go: List,
        /// Parts of the code of a Go program that runs until it is told to stop.
        go_daemons: List,
        /// Calls by which a Go program gives itself a name.
        go_names: List,
        /// Parts of the code of other programs that listen, by extension.
        listening: BTreeMap<String, List>,
        /// Last words of the names of files that may start one.
        start_words: LowerList,
        /// Files that start one by what they are called.
        start_files: List,
        /// Files whose folder is a unit, beside those that are built.
        unit_files: List,
    }

    /// How code and settings name the program that is called.
    Clients {
        /// Words beside addresses of callers, or of the program itself.
        backward: LowerList,
        /// Sections of settings that say who may call, in small letters.
        admitting: LowerList,
        /// First segments of paths that ask whether a program lives.
        health: LowerList,
        /// Last words of keys whose value may be the bare name of a host or service.
        host_keys: LowerList,
        /// Words in the names of calls that reach out to another program.
        outward: LowerList,
        /// Words in the names of calls that say who may call this program.
        inward: LowerList,
        /// Parts of names of calls that take nothing but the name of a service.
        certain: LowerList,
        /// Hosts that mean this machine.
        local_hosts: List,
        /// Last labels of hosts outside of the system.
        public_domains: List,
        /// Last labels of hosts inside of the system.
        inner_domains: List,
        /// Settings that hold the port on which the program itself listens.
        port_keys: List,
        /// Ports on which frameworks listen without a setting.
        usual_ports: List,
        /// How schemes of addresses start that lead to another program.
        remote_schemes: List,
        /// How variables start that a framework reads, whoever mentions them.
        framework_variables: List,
        /// How variables end that the library reads whose name stands before: `FIRESTORE_EMULATOR_HOST`.
        library_variables: List,
        /// How variables start that the build of a page lets through.
        browser_variables: List,
        /// Words of code that may call or send: types and functions of clients of HTTP, RPC and brokers.
        senders: List,
        /// What builds a client from the types of a router.
        typed_clients: List,
        /// What builds a router whose types make clients.
        typed_servers: List,
        /// Words of sections of settings that a service hands to browsers.
        browser_sections: LowerList,
        /// How variables of telemetry start.
        telemetry_variables: List,
        /// First words of sections of settings for logs and telemetry.
        telemetry_sections: LowerList,
        /// How names end, without punctuation, of the address under which people reach the program itself.
        public_addresses: LowerList,
        /// Words that hold the place of a host in texts.
        stand_ins: LowerList,
        /// Calls that look up a variable or setting, whatever they are called on.
        lookups: LowerList,
        /// Those that do so on what holds variables or settings.
        lookup_calls: LowerList,
        /// Words of what holds variables or settings.
        lookup_holders: LowerList,
        /// Annotations that bind all settings below a prefix to a type.
        setting_annotations: List,
        /// Annotations of classes that a container of beans makes.
        bean_annotations: List,
        /// Types and annotations of beans that act without being called.
        acting_beans: List,
        /// Words of types whose fields hold settings.
        setting_types: LowerList,
        /// Calls of a side car whose first argument is the name of a component.
        components: LowerList,
        /// Options of clients that hold the bare name of a host.
        host_options: LowerList,
        /// Words beside "port" that keep it one's own.
        own_ports: LowerList,
        /// Words of a variable that holds an address, beside the name of what stands there.
        address_words: LowerList,
        /// Last names of calls that send a request.
        requests: List,
        /// What declares a client by the name of a service, with the arguments that hold it.
        http: BTreeMap<String, List>,
        /// The same of clients that speak gRPC.
        grpc: BTreeMap<String, List>,
    }

    /// What is only told to others.
    Told {
        /// Words in names of calls, keys and variables that say so.
        words: LowerList,
        /// Whole names that do, without punctuation.
        names: LowerList,
        /// Whole names of calls that do.
        calls: LowerList,
        /// Last names of calls that show a text to people.
        log_calls: LowerList,
        /// What logs.
        loggers: LowerList,
        /// Calls that send a request to the address that they are given.
        requests: LowerList,
        /// Headers that hold addresses of browsers.
        headers: LowerList,
        /// Keys beside texts for people.
        people: LowerList,
        /// Calls that look up a setting.
        lookups: LowerList,
        /// Annotations that inject a setting.
        injections: List,
    }

    /// Mappers and drivers.
    Datastores {
        /// Calls that change what is stored, whatever they are called on.
        saving: LowerList,
        /// Those that do so on something that stores.
        changing: LowerList,
        /// Last words of the names of what stores.
        stores: LowerList,
        /// How connection strings name a database that is a file; the first that fits counts.
        file_marks: Vec<Box<str>>,
        /// How such files end.
        file_ends: List,
        /// What code imports that talks to a database, by its kind.
        drivers: BTreeMap<String, List>,
        /// Words of images, names and variables by the kind of database.
        kinds: BTreeMap<String, LowerList>,
        /// Identifiers of code that opens a database or maps what is stored.
        clients: List,
        /// Calls of an application model that make a resource that holds data.
        resources: List,
        /// Calls that open a database of the kind that an option names.
        openers: List,
        /// Those options.
        dialects: List,
        /// Kinds that only a provider runs: no server of the tree is one of them.
        provided: List,
        /// Kinds of which a program is often built for several, and runs with one.
        alternatives: List,
    }

    /// Programs that a provider runs function by function, by the types of resources of their templates.
    Serverless {
        /// Types that hold code.
        functions: List,
        /// Through which others reach the functions of a template.
        apis: List,
        /// That call what their properties name.
        callers: List,
        /// That make a service of a template without code.
        fronts: List,
        /// Tables.
        tables: List,
        /// Queues, topics and streams.
        channels: List,
        /// Templates inside of a template, with the properties that hold their places.
        nested: BTreeMap<String, List>,
        /// Properties that name a resource.
        names: List,
        /// Properties that lead to the code of a function.
        code: List,
        /// Resources that run programs, of deployment languages that are not read, by the ending of their files.
        unread: BTreeMap<String, List>,
        /// What takes messages, with the properties that name from where.
        listens: BTreeMap<String, List>,
        /// What takes events of a bus, with the properties that hold a pattern.
        patterns: BTreeMap<String, List>,
        /// How code puts events on a bus.
        bus: Bus,
        /// How the code of a deployment makes functions and tables.
        constructs: Constructs,
    }

    /// How code puts events on a bus.
    Bus {
        /// Words of files that do.
        senders: List,
        /// What they call the source of an event, in small letters without punctuation.
        sources: LowerList,
        /// What they call its kind.
        kinds: LowerList,
    }

    /// What the code of a deployment makes, by the class.
    Constructs {
        /// Functions.
        functions: List,
        /// Tables.
        tables: List,
    }

    /// Configuration of reverse proxies.
    Proxies {
        /// How names of such files end.
        file_ends: LowerList,
        /// Words of a line after which a target stands.
        directives: List,
        /// How labels and variables start by which a proxy, named by its image, finds containers.
        discovered: BTreeMap<String, List>,
    }

    /// What folders hold, by their names.
    Folders {
        /// Tests, as the folder is spelt.
        tests: List,
        /// Other people's code, as the folder is spelt.
        vendored: List,
        /// What a program wrote, as the folder is spelt.
        generated: List,
        /// Words of folders below which nothing is deployed.
        undeployed: LowerList,
        /// Ends of folders that hold nothing but the packaging of a service; the first that fits counts.
        packaging: Vec<Box<str>>,
        /// Folders that hold manifests, whatever they deploy.
        manifests: LowerList,
        /// Parts of the names of hidden folders that hold manifests of what is deployed.
        deploying: Vec<Box<str>>,
        /// Contracts of a service.
        contracts: LowerList,
        /// Folders that a layout prescribes.
        layout: List,
        /// Commands that start a program.
        commands: List,
        /// Folders whose scripts run in a browser.
        browser: LowerList,
        /// Folders of no part of a program, by what they hold, such as `migrations`: in small letters.
        never: BTreeMap<String, LowerList>,
        /// The same for folders at the top of a repository; deeper they may be what the program is about.
        top: BTreeMap<String, LowerList>,
        /// Words in names of manifests that deploy for tests only.
        trial_words: LowerList,
        /// Words of folders that hold what builds, not what is built.
        tool_words: LowerList,
    }

    /// Paths of code as profilers record them.
    Profilers {
        /// Parts of paths that are never code of the repository.
        outside: Vec<Box<str>>,
        /// How such paths start.
        outside_starts: Vec<Box<str>>,
        /// Folders that a build writes to.
        outputs: List,
    }

    /// Files that are told apart by their names.
    Files {
        /// Ends of names of files that a program writes.
        generated_ends: List,
        /// What comments at the top of such a file say.
        generated_marks: List,
        /// Scripts of the build.
        build_scripts: List,
        /// Tools that read `<tool>.config.<ts, js, …>` while they build or check.
        configured_tools: List,
        /// Files whose folder is built as a unit of its own, those of Java and its kin aside.
        units: List,
        /// Build files of Java and its kin.
        jvm_builds: List,
        /// Files that package managers write.
        locks: List,
        /// Files that name versions and dependencies.
        manifests: List,
        /// Extensions of code, beside those of languages without a parser.
        code_extensions: List,
        /// Files that look like settings of the program and are none.
        no_settings: LowerList,
        /// The same by parts of their names.
        no_settings_parts: LowerList,
    }

    /// Words of names, in small letters.
    Words {
        /// `controller`, `repository`, `util`, …: the layers and the glue of any application, singular.
        layer: LowerList,
        /// Those that name applications of Django, too, and still no domain.
        shared: LowerList,
        /// Words of files that hold what is stored, singular.
        data: LowerList,
        /// Words of files that hold what is only passed on, singular.
        types: LowerList,
        /// Words of files that answer requests.
        routes: LowerList,
        /// First words of operations that change data.
        writing: LowerList,
    }
}
