//! Workloads of Kubernetes, Knative, `OpenShift` and Helm-like manifests.
//!
//! In: manifest texts, plain or templated. Out: candidates, one per workload or service object.
//! Invariant: a service object joins the workload that its selector picks.
//! Never: fails on a template that cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::flags::{self, programs};
use crate::knowledge::Folders;
use crate::model::names;
use crate::model::{Location, Position, Setting};
use crate::source::settings;
use crate::source::yaml::{self, Item};

const WORKLOADS: [&str; 10] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "Job",
    "CronJob",
    "Rollout",
    "DeploymentConfig",
];

/// What a template renders as a whole from the values of its chart, by the name that stands for it.
type Each = BTreeMap<String, Vec<Setting>>;

/// Everything that the manifests of a tree say.
#[derive(Default)]
pub(super) struct Manifests {
    workloads: Vec<Workload>,
    services: Vec<ServiceObject>,
    maps: BTreeMap<String, Vec<Setting>>,
    /// Hosts of the world by the service object that they lead to.
    hosts: BTreeMap<String, BTreeSet<String>>,
}

struct Workload {
    candidate: Candidate,
    labels: BTreeMap<String, String>,
    maps: Vec<String>,
    /// Maps whose entries are mounted as files.
    files: Vec<String>,
    renamed: Vec<Renamed>,
    namespace: Option<String>,
}

/// A variable that takes one entry of a map under another name.
struct Renamed {
    variable: String,
    map: String,
    key: String,
}

struct ServiceObject {
    name: String,
    selector: BTreeMap<String, String>,
    ports: Vec<u16>,
    external: bool,
    namespace: Option<String>,
}

impl Manifests {
    /// Adds the objects of one file; `each` holds what its template renders as a whole.
    pub(super) fn add(&mut self, path: &str, text: &str, each: &Each) {
        for document in yaml::read(text).documents {
            let lists = ["items", "objects"]
                .into_iter()
                .filter_map(|key| document.get(key));
            let listed = lists.flat_map(Item::items);
            for object in std::iter::once(&document).chain(listed) {
                self.object(path, object, each);
            }
        }
    }

    fn object(&mut self, path: &str, object: &Item, each: &Each) {
        let Some(kind) = object.text_of("kind") else {
            return;
        };
        let Some(name) = object.path(&["metadata", "name"]) else {
            return;
        };
        let Some(text) = name
            .text()
            .map(|n| n.trim_matches('-'))
            .filter(|n| !n.is_empty())
        else {
            return;
        };
        let location = Location::new(path, name.at);
        let knative = object
            .text_of("apiVersion")
            .is_some_and(|v| v.starts_with("serving.knative.dev"));
        let known = WORKLOADS.contains(&kind) || (knative && kind == "Service");
        if known || is_custom_workload(object) {
            self.workloads.push(workload(
                object,
                kind,
                Candidate::new(Origin::Kubernetes, text, location),
                each,
            ));
        } else if kind == "Service" {
            self.services.push(service_object(text, object));
        } else if kind == "Ingress" || kind == "HTTPRoute" {
            for (host, service) in entrances(object) {
                self.hosts.entry(service).or_default().insert(host);
            }
        } else if kind == "ConfigMap" {
            let data = object
                .get("data")
                .into_iter()
                .flat_map(|data| settings::flatten("", data));
            let settings = data.flat_map(|entry| match each.get(&entry.key) {
                Some(rendered) => rendered.clone(),
                None => vec![Setting {
                    key: entry.key,
                    value: entry.value,
                    location: Location::new(path, entry.at),
                }],
            });
            self.add_map(text.to_owned(), settings.collect());
        }
    }

    /// Adds a map of settings.
    pub(super) fn add_map(&mut self, name: String, settings: Vec<Setting>) {
        self.maps.entry(name).or_default().extend(settings);
    }

    /// The workloads, with the names and ports of the service objects that select them.
    pub(super) fn candidates(mut self, known: &Folders) -> Vec<Candidate> {
        let alike = tell_apart(&mut self.workloads, known);
        let mut found = Vec::new();
        for workload in self.workloads {
            let mut candidate = workload.candidate;
            for object in self
                .services
                .iter()
                .filter(|object| object.selects(&workload.labels, workload.namespace.as_deref()))
            {
                if !alike.contains(&object.name) {
                    candidate.aliases.insert(object.name.clone());
                }
                let inside = object.namespace.iter();
                let inside = inside.map(|namespace| format!("{}.{namespace}", object.name));
                let outside = self.hosts.get(&object.name).into_iter().flatten();
                candidate.hosts.extend(inside.chain(outside.cloned()));
                candidate.ports.extend(&object.ports);
            }
            let from_maps = workload
                .maps
                .iter()
                .filter_map(|name| self.maps.get(name))
                .flatten();
            candidate.settings.extend(from_maps.cloned());
            let mounted = workload.files.iter();
            let mounted = mounted.filter_map(|name| self.maps.get(name)).flatten();
            candidate.settings.extend(mounted.flat_map(inside));
            let renamed = workload.renamed.iter().filter_map(|renamed| {
                let map = self.maps.get(&renamed.map)?;
                let source = map.iter().find(|setting| setting.key == renamed.key)?;
                Some(Setting {
                    key: renamed.variable.clone(),
                    ..source.clone()
                })
            });
            candidate.settings.extend(renamed);
            found.push(candidate);
        }
        found
    }
}

/// Workloads that are all called by the same word for any program (`app`) and run images of their own are told apart
/// by these, their namespaces or their folders; returns the words.
fn tell_apart(workloads: &mut [Workload], known: &Folders) -> BTreeSet<String> {
    let mut images: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mark = |w: &Workload| {
        let image = w.candidate.image.as_deref().map(names::tail);
        let image = image.unwrap_or_default().to_owned();
        if names::is_generic(&image) || image == w.candidate.name {
            let folder = manifest_home(known, &w.candidate.location.path);
            w.namespace.clone().unwrap_or_else(|| folder.to_owned())
        } else {
            image
        }
    };
    let is_word = |name: &str| names::is_generic(name) && names::words(name).len() < 2;
    for workload in workloads.iter().filter(|w| is_word(&w.candidate.name)) {
        let own = images.entry(workload.candidate.name.clone()).or_default();
        own.insert(mark(workload));
    }
    images.retain(|_, marks| marks.len() > 1);
    for workload in workloads {
        let own = mark(workload);
        let candidate = &mut workload.candidate;
        if images.contains_key(&candidate.name) && !own.is_empty() && !names::is_generic(&own) {
            candidate.name = own;
        }
    }
    images.into_keys().collect()
}

/// The innermost folder around a manifest that says whose it is.
fn manifest_home<'p>(known: &Folders, path: &'p str) -> &'p str {
    let around = names::folders(path).map(names::tail);
    let mut telling = around.filter(|name| {
        !name.is_empty() && !names::is_generic(name) && !known.manifests.has(&name.to_lowercase())
    });
    telling.next().unwrap_or_default()
}

/// The settings of a file that a map holds as one text: `kong.yml: |`.
fn inside(file: &Setting) -> Vec<Setting> {
    let known = [".json", ".properties", ".yaml", ".yml"];
    if !known.iter().any(|end| file.key.ends_with(end)) {
        return Vec::new();
    }
    let entries = settings::read(&file.key, &file.value).into_iter();
    let place = |mut at: Position| {
        at.line += file.location.at.line;
        Location::new(file.location.path.clone(), at)
    };
    let setting = |entry: settings::Entry| Setting {
        key: entry.key,
        value: entry.value,
        location: place(entry.at),
    };
    entries.map(setting).collect()
}

/// The hosts of an entrance to the cluster with the service objects that they lead to.
fn entrances(object: &Item) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let plain = |host: &str| host.contains('.') && !host.contains(['*', '{', '$']);
    let of = |path: &[&str]| object.path(path).into_iter().flat_map(Item::items);
    for rule in of(&["spec", "rules"]) {
        let own = rule.text_of("host").into_iter();
        let hosts = own.chain(of(&["spec", "hostnames"]).filter_map(Item::text));
        let hosts: Vec<String> = hosts
            .filter(|host| plain(host))
            .map(str::to_lowercase)
            .collect();
        let paths = rule
            .path(&["http", "paths"])
            .into_iter()
            .flat_map(Item::items);
        let named = paths.filter_map(|path| {
            let backend = path.get("backend")?;
            let name = backend.path(&["service", "name"]).and_then(Item::text);
            name.or_else(|| backend.text_of("serviceName"))
        });
        let routed = rule.get("backendRefs").into_iter().flat_map(Item::items);
        let routed = routed.filter_map(|backend| backend.text_of("name"));
        let services: Vec<&str> = named.chain(routed).collect();
        // A host that is shared between services by path is the host of none.
        if let [first, rest @ ..] = services.as_slice()
            && rest.iter().all(|other| other == first)
        {
            found.extend(hosts.into_iter().map(|host| (host, (*first).to_owned())));
        }
    }
    found
}

impl ServiceObject {
    fn selects(&self, labels: &BTreeMap<String, String>, namespace: Option<&str>) -> bool {
        let elsewhere = |own: &String| namespace.is_some_and(|other| other != own);
        if self.namespace.as_ref().is_some_and(elsewhere) {
            return false;
        }
        let matches = |(key, value): (&String, &String)| labels.get(key) == Some(value);
        !self.external && !self.selector.is_empty() && self.selector.iter().all(matches)
    }
}

/// Whether an object of a kind that an operator defines describes a program: somewhere in its specification stands
/// what a pod runs.
fn is_custom_workload(object: &Item) -> bool {
    // What runs once and ends, and what only describes other objects, are none.
    let ends = |kind: &str| {
        [
            "Job",
            "Workflow",
            "Task",
            "Run",
            "Pipeline",
            "Test",
            "Definition",
        ]
        .iter()
        .any(|end| kind.trim_end_matches("Template").ends_with(end))
    };
    let version = object.text_of("apiVersion").unwrap_or_default();
    let kind = object.text_of("kind").unwrap_or_default();
    version.contains('.')
        && !version.contains(".k8s.io/")
        && !ends(kind)
        && custom_pod(object).is_some()
}

/// What a pod runs (`containers`, or a `podSpec` that is one container), in an object of any kind.
fn custom_pod(object: &Item) -> Option<&Item> {
    let runs = |item: &Item| item.text_of("image").is_some_and(|image| !image.is_empty());
    let mut next = vec![(object.get("spec")?, 0)];
    while let Some((item, depth)) = next.pop() {
        let mut containers = item.get("containers").into_iter().flat_map(Item::items);
        if containers.any(runs) {
            return Some(item);
        }
        if let Some(pod) = item.get("podSpec").filter(|pod| runs(pod)) {
            return Some(pod);
        }
        if depth < CUSTOM_DEPTH {
            let values = item.entries().map(|(_, value)| value).chain(item.items());
            let mut values: Vec<(&Item, usize)> = values.map(|value| (value, depth + 1)).collect();
            values.reverse();
            next.append(&mut values);
        }
    }
    None
}

/// How deep below `spec` a custom object may say what a pod runs.
const CUSTOM_DEPTH: usize = 6;

fn workload(object: &Item, kind: &str, mut candidate: Candidate, each: &Each) -> Workload {
    let template = match kind {
        "Pod" => Some(object),
        "CronJob" => object.path(&["spec", "jobTemplate", "spec", "template"]),
        _ => object.path(&["spec", "template"]),
    };
    let inside = |keys: &[&str]| template.and_then(|template| template.path(keys));
    candidate.job = kind == "Job";
    let replicas = object.path(&["spec", "replicas"]).and_then(Item::text);
    let replicas = replicas.and_then(|text| text.parse::<usize>().ok());
    candidate.instances = replicas.unwrap_or(1).max(1);
    let containers = inside(&["spec", "containers"]);
    let mut containers: Vec<&Item> = containers.into_iter().flat_map(Item::items).collect();
    if containers.is_empty()
        && let Some(pod) = custom_pod(object)
    {
        let listed = pod.get("containers").into_iter().flat_map(Item::items);
        containers.extend(listed);
        if containers.is_empty() {
            containers.push(pod);
        }
    }
    let main = main_container(&containers, &candidate.name);
    if let Some(main) = main {
        start(main, &mut candidate);
        let own = environment(&candidate.location.path, main, each);
        candidate.settings.extend(own);
    }
    // The name under which the side car of Dapr makes the workload known to others.
    let annotations = inside(&["metadata", "annotations"]);
    let dapr = annotations.and_then(|item| item.text_of("dapr.io/app-id"));
    candidate.aliases.extend(dapr.map(str::to_owned));
    candidate.aliases.extend(without_kind(&candidate.name));
    let labels = inside(&["metadata", "labels"]);
    let labels: BTreeMap<String, String> = labels.into_iter().flat_map(pairs).collect();
    let telling = NAMING_LABELS.iter().filter_map(|key| labels.get(*key));
    candidate.hints.extend(telling.cloned());
    // `main-api` of `shop-main-api`, where the label of the component says so.
    let component = labels.get("app.kubernetes.io/component");
    let component = component.filter(|component| {
        let front = candidate.name.strip_suffix(component.as_str());
        front.is_some_and(|front| front.ends_with('-')) && !names::is_generic(component)
    });
    candidate.aliases.extend(component.cloned());
    let namespace = object.path(&["metadata", "namespace"]).and_then(Item::text);
    Workload {
        namespace: namespace.filter(is_plain).map(str::to_owned),
        candidate,
        labels,
        maps: main.map(map_names).into_iter().flatten().collect(),
        files: inside(&["spec", "volumes"])
            .into_iter()
            .flat_map(mounted_maps)
            .collect(),
        renamed: main.map(renamed_entries).into_iter().flatten().collect(),
    }
}

/// `orders` of `orders-deployment`: the kind of an object is no part of the name of what it runs.
fn without_kind(name: &str) -> Option<String> {
    let (front, last) = name.rsplit_once('-')?;
    let kinds = ["dep", "depl", "deploy", "deployment", "statefulset"];
    kinds.contains(&last).then(|| front.to_owned())
}

/// Labels that say what a workload is.
const NAMING_LABELS: [&str; 4] = [
    "app",
    "app.kubernetes.io/name",
    "app.kubernetes.io/component",
    "name",
];

/// What a container starts, where and on which ports.
fn start(container: &Item, candidate: &mut Candidate) {
    let image = container.text_of("image").filter(|image| !image.is_empty());
    candidate.image = image.map(str::to_owned);
    candidate.working_dir = container.text_of("workingDir").map(str::to_owned);
    let path = candidate.location.path.clone();
    for command in ["command", "args"]
        .iter()
        .filter_map(|key| container.get(key))
    {
        let words = command.items().filter_map(Item::text).map(str::to_owned);
        candidate.command.extend(words);
        candidate.programs.extend(programs(command));
        let flags = flags::read(&path, command, &str::to_owned);
        candidate.settings.extend(flags);
    }
    let ports = container.get("ports").into_iter().flat_map(Item::items);
    let ports = ports.filter_map(|port| port.text_of("containerPort")?.parse::<u16>().ok());
    candidate.ports.extend(ports);
}

/// The container named like the workload, else the first; sidecars come later or have other names.
fn main_container<'a>(containers: &[&'a Item], name: &str) -> Option<&'a Item> {
    let named = containers
        .iter()
        .find(|container| container.text_of("name") == Some(name));
    named.or_else(|| containers.first()).copied()
}

fn environment(path: &str, container: &Item, each: &Each) -> Vec<Setting> {
    let variables = container.get("env").into_iter().flat_map(Item::items);
    let settings = |item: &Item| {
        let key = item.text_of("name")?;
        if let Some(rendered) = each.get(key) {
            return Some(rendered.clone());
        }
        let value = item.get("value")?;
        Some(vec![Setting {
            key: key.to_owned(),
            value: value.text()?.to_owned(),
            location: Location::new(path, value.at),
        }])
    };
    variables.filter_map(settings).flatten().collect()
}

/// Variables that take an entry of a map under another name than that of the entry.
fn renamed_entries(container: &Item) -> Vec<Renamed> {
    let variables = container.get("env").into_iter().flat_map(Item::items);
    let renamed = |item: &Item| {
        let source = item.path(&["valueFrom", "configMapKeyRef"])?;
        let found = Renamed {
            variable: item.text_of("name")?.to_owned(),
            map: source.text_of("name")?.to_owned(),
            key: source.text_of("key")?.to_owned(),
        };
        (found.variable != found.key).then_some(found)
    };
    variables.filter_map(renamed).collect()
}

fn map_names(container: &Item) -> Vec<String> {
    let whole = container.get("envFrom").into_iter().flat_map(Item::items);
    let whole = whole.filter_map(|from| {
        from.path(&["configMapRef", "name"])?
            .text()
            .map(str::to_owned)
    });
    let single = container.get("env").into_iter().flat_map(Item::items);
    let single = single.filter_map(|v| {
        v.path(&["valueFrom", "configMapKeyRef", "name"])?
            .text()
            .map(str::to_owned)
    });
    let mut names: Vec<String> = whole.chain(single).collect();
    names.sort();
    names.dedup();
    names
}

/// The maps that volumes mount.
fn mounted_maps(volumes: &Item) -> Vec<String> {
    let names = volumes
        .items()
        .filter_map(|volume| volume.path(&["configMap", "name"])?.text());
    names.map(str::to_owned).collect()
}

fn service_object(name: &str, object: &Item) -> ServiceObject {
    let selector = object
        .path(&["spec", "selector"])
        .into_iter()
        .flat_map(pairs)
        .collect();
    let ports = object
        .path(&["spec", "ports"])
        .into_iter()
        .flat_map(Item::items);
    let ports = ports
        .filter_map(|port| port.text_of("port")?.parse().ok())
        .collect();
    let external = object.path(&["spec", "type"]).and_then(Item::text) == Some("ExternalName");
    let namespace = object.path(&["metadata", "namespace"]).and_then(Item::text);
    ServiceObject {
        name: name.to_owned(),
        selector,
        ports,
        external,
        namespace: namespace.filter(is_plain).map(str::to_owned),
    }
}

/// Whether a name holds no variable.
fn is_plain(name: &&str) -> bool {
    !name.contains(['{', '$'])
}

fn pairs(item: &Item) -> impl Iterator<Item = (String, String)> {
    item.entries()
        .filter_map(|(key, value)| Some((key.to_owned(), value.text()?.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_workload_service_object_and_config_map() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart-deployment\nspec:\n  replicas: 3\n  template:\n    \
                    metadata: {labels: {app: cart}}\n    spec:\n      containers:\n      - name: c\n        \
                    image: acme/cart:1\n        envFrom: [{configMapRef: {name: cfg}}]\n        env:\n        \
                    - name: DB\n          value: redis:6379\n---\nkind: Service\nmetadata: {name: cart}\nspec:\n  \
                    selector: {app: cart}\n  ports: [{port: 80}]\n---\nkind: ConfigMap\nmetadata: {name: cfg}\n\
                    data: {URL: \"http://x\"}\n";
        let mut manifests = Manifests::default();
        manifests.add("k8s/a.yaml", text, &Each::new());
        let found = manifests.candidates(&crate::knowledge::Knowledge::default().folders);
        assert_eq!(found.len(), 1);
        assert!(found[0].aliases.contains("cart"));
        assert_eq!((&*found[0].ports, found[0].instances), (&[80][..], 3));
        let settings: Vec<_> = found[0]
            .settings
            .iter()
            .map(|s| (s.key.as_str(), s.location.at.line))
            .collect();
        assert_eq!(settings, [("DB", 16), ("URL", 26)]);
    }

    #[test]
    fn a_component_label_names_what_the_workload_runs() {
        let labels = "{app.kubernetes.io/name: shop, app.kubernetes.io/component: main-api}";
        let text = format!(
            "kind: Deployment\nmetadata: {{name: shop-main-api, labels: {labels}}}\nspec:\n  template:\n    metadata: \
             {{labels: {labels}}}\n    spec: {{containers: [{{name: a, image: acme/shop:1}}]}}\n"
        );
        let mut manifests = Manifests::default();
        manifests.add("k8s/a.yaml", &text, &Each::new());
        let found = manifests.candidates(&crate::knowledge::Knowledge::default().folders);
        assert!(found[0].aliases.contains("main-api") && !found[0].aliases.contains("shop"));
    }

    #[test]
    fn objects_of_operators_are_workloads_where_a_pod_stands_in_them() {
        let found = |object: &str| {
            let mut manifests = Manifests::default();
            manifests.add("k8s/a.yaml", object, &Each::new());
            let found = manifests.candidates(&crate::knowledge::Knowledge::default().folders);
            let shown = |c: &Candidate| format!("{} {}", c.name, c.image.as_deref().unwrap_or(""));
            found.iter().map(shown).collect::<Vec<_>>()
        };
        let app = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: orders}\nobjects:\n- apiVersion: cloud.acme.com/v1\n  kind: AcmeApp\n  metadata: {name: orders}\n  spec:\n    deployments:\n    - name: api\n      podSpec: {image: 'acme/orders:1'}\n";
        assert_eq!(found(app), ["orders acme/orders:1"]);
        let set = "apiVersion: apps.acme.io/v1\nkind: CloneSet\nmetadata: {name: orders}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: a, image: acme/orders}\n";
        assert_eq!(found(set), ["orders acme/orders"]);
        for other in ["Workflow", "CustomResourceDefinition"] {
            assert!(found(&set.replace("CloneSet", other)).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_file_of_a_map_that_is_mounted_tells_settings() {
        let text = "kind: Deployment\nmetadata: {name: edge}\nspec:\n  template:\n    spec:\n      containers:\n      - {name: kong, image: kong}\n      volumes:\n      - configMap: {name: routes}\n---\nkind: ConfigMap\nmetadata: {name: routes}\ndata:\n  kong.yml: |\n    services:\n    - url: http://orders:80\n";
        let mut manifests = Manifests::default();
        manifests.add("k8s/a.yaml", text, &Each::new());
        let found = manifests.candidates(&crate::knowledge::Knowledge::default().folders);
        let setting = &found[0].settings[0];
        let shown = (&*setting.key, &*setting.value, setting.location.at.line);
        assert_eq!(shown, ("services[0].url", "http://orders:80", 16));
    }
}
