use super::*;

#[test]
fn a_compose_file_is_known_by_what_it_holds() {
    let services = "services:\n  orders:\n    build: ../orders\n";
    assert!(reads_as_compose(&format!(
        "version: '3'\nx-a: 1\n\n{services}"
    )));
    let pipeline = format!("steps:\n  - run: make\n{services}");
    assert!(!reads_as_compose(&pipeline), "a pipeline with services");
    let classes = "services:\n  App\\Mailer:\n    class: Mailer\n";
    assert!(!reads_as_compose(classes), "a container of objects");
}

#[test]
fn flags_of_the_start_command_are_settings() {
    let text = "services:\n  web:\n    image: a/web\n    command:\n      - -ordersAPI\n      - http://orders:4000/\n      - --db=mongodb://${HOST}:27017\n      - -p\n      - a:80\n      - --wait=tcp://queue:1\n";
    let found = read("c.yml", text, &variables::of_env("HOST=db\n"), &|_| {
        String::new()
    });
    let shown = |s: &Setting| format!("{}={}@{}", s.key, s.value, s.location.at.line);
    let settings: Vec<_> = found[0].settings.iter().map(shown).collect();
    assert_eq!(
        settings,
        ["ordersAPI=http://orders:4000/@6", "db=mongodb://db:27017@7"]
    );
}

#[test]
fn reads_build_image_variables_and_ports() {
    let text = "services:\n  web:\n    image: ${REG:-acme}/web:1\n    build:\n      context: ..\n      \
                dockerfile: src/web/Dockerfile\n    environment:\n      - API=http://$HOST:80\n    \
                ports: [\"80:4000/tcp\"]\n";
    let env = variables::of_env("HOST=api\n");
    let found = read("deploy/docker-compose.yml", text, &env, &|_| String::new());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].image.as_deref(), Some("acme/web:1"));
    assert_eq!(found[0].context.as_deref(), Some(""));
    let dockerfile = found[0].dockerfile.as_ref().map(|(file, _)| file.as_str());
    assert_eq!(dockerfile, Some("src/web/Dockerfile"));
    assert_eq!(found[0].settings[0].value, "http://api:80");
    assert_eq!(found[0].settings[0].location.at.line, 8);
    assert_eq!(
        found[0].ports,
        [4000],
        "what it listens on, not what the host maps"
    );
    assert_eq!(found[0].published, [80], "where `localhost:80` leads to");
}

#[test]
fn what_others_wait_for_to_end_is_a_job() {
    let text = "services:\n  web:\n    image: a/web\n    depends_on:\n      fill: \
                {condition: service_completed_successfully}\n      db: {condition: service_healthy}\n  \
                fill: {image: a/fill}\n  db: {image: a/db}\n";
    let found = read("compose.yml", text, &BTreeMap::new(), &|_| String::new());
    let jobs: Vec<_> = found
        .iter()
        .filter(|c| c.job)
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(jobs, ["fill"]);
}

#[test]
fn reads_the_old_format_without_services() {
    let found = read(
        "docker-compose.yml",
        "db:\n  image: mysql\nversion: x\n",
        &BTreeMap::new(),
        &|_| String::new(),
    );
    assert_eq!(
        found.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        ["db"]
    );
}

#[test]
fn a_variable_without_value_is_handed_on_by_its_name() {
    let text = "services:\n  probe:\n    build: .\n    environment:\n      - SHOP\n      - OTHER\n";
    let env = variables::of_env("HOST=shop\nPORT=80\nSHOP=${HOST}:${PORT}\n");
    let found = read("docker-compose.yml", text, &env, &|_| String::new());
    let values: Vec<_> = found[0].settings.iter().map(|s| s.value.as_str()).collect();
    assert_eq!(values, ["shop:80"], "OTHER has no value");
}

#[test]
fn files_of_variables_come_behind_the_variables_themselves() {
    let text = "services:\n  a:\n    build: .\n    env_file: [a.env, {path: b.env}]\n    environment: {X: own}\n";
    let file = |path: &str| match path {
        "deploy/a.env" => "X=http://a\nY=http://${X}\n".to_owned(),
        "deploy/b.env" => "Z=1\n".to_owned(),
        _ => String::new(),
    };
    let found = read("deploy/docker-compose.yml", text, &BTreeMap::new(), &file);
    let settings: Vec<_> = found[0]
        .settings
        .iter()
        .map(|s| format!("{}={}@{}", s.key, s.value, s.location.path))
        .collect();
    assert_eq!(
        settings,
        [
            "X=own@deploy/docker-compose.yml",
            "Y=http://http://a@deploy/a.env",
            "Z=1@deploy/b.env"
        ]
    );
}
