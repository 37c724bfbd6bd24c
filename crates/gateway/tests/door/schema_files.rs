//! Schemas as files: what is exported reads back as no change, edits mean what they say, and nobody else learns anything.

use axum::http::{Method, StatusCode};
use portal_demo::people::{ACME, GLOBEX};
use portal_gateway::schema::{command, file::Format};
use portal_model::{
    api::schemas::{Review, SchemaDetail, SchemaList},
    attribute::{AttributeKind, Change},
    id::AttributeId,
    schema::{
        SchemaChange, SchemaDraft,
        file::{OptionInFile, SchemaFile, WholeOption},
    },
};
use serde_json::{Value, json};

use super::schemas::{alex, asked, key};
use crate::support::{
    Answer, Browser, World,
    files::{encoded, world_read_for},
};

async fn send(browser: &Browser, path: &str, media: &str, body: &str) -> Answer {
    let request = browser.request(Method::POST, path).header("content-type", media).body(body.to_owned());
    browser.clone().send(request).await
}

async fn schema(browser: &Browser, id: i64) -> SchemaDetail {
    let answer = browser.get(&format!("/api/schemas/{id}")).await;
    serde_json::from_slice(&answer.body).expect("a schema")
}

fn draft(answer: &Answer) -> SchemaDraft {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("a draft")
}

#[tokio::test]
async fn aut_03_files_are_for_admins_alone() {
    let world = World::start().await;
    let gwen = world.browser().signed_in("gwen@globex.example").await;
    let embed = key(&world, ACME, &["embed", "schemas:write"]).await;
    let before = asked(&world);
    let paths = ["/api/schemas/1/file", "/api/schemas/1/attributes/1/options.csv", "/api/schemas?for=north"];
    for (email, status) in [
        (Some("ana@acme.example"), StatusCode::FORBIDDEN),
        (Some("rita@acme.example"), StatusCode::FORBIDDEN),
        (None, StatusCode::UNAUTHORIZED),
    ] {
        let mut browser = world.browser();
        if let Some(email) = email {
            browser = browser.signed_in(email).await;
        }
        for path in paths {
            assert_eq!(browser.get(path).await.status, status, "{email:?} {path}");
        }
        assert_eq!(send(&browser, "/api/schemas/1/file", "application/yaml", "schema: x").await.status, status);
    }
    for path in paths {
        let mut host = world.browser();
        let request = host.request(Method::GET, path).bearer_auth(&embed);
        assert_eq!(host.send(request).await.problem(), "insufficient-scope", "{path}");
    }
    assert_eq!(asked(&world), before, "nothing was sent upstream");
    // Of another project, as if it were not there.
    for (there, nowhere) in [
        ("schemas/1/file", "schemas/999/file"),
        ("schemas/1/attributes/1/options.csv", "schemas/999/attributes/1/options.csv"),
        ("schemas?for=north", "schemas?for=nobody"),
    ] {
        let [there, nowhere] = [gwen.get(&format!("/api/{there}")).await, gwen.get(&format!("/api/{nowhere}")).await];
        assert_eq!(there.status, StatusCode::NOT_FOUND);
        assert_eq!((there.json()["detail"].clone(), there.status), (nowhere.json()["detail"].clone(), nowhere.status));
    }
    let there = send(&gwen, "/api/schemas/1/file", "application/yaml", "schema: x").await;
    assert_eq!(there.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_exported_reads_back_as_no_change() {
    let world = World::start().await;
    let alex = alex(&world).await;
    for id in [1, 2] {
        let now = schema(&alex, id).await;
        for (query, format) in
            [("format=yaml", Format::Yaml), ("format=yaml&ids=true", Format::Yaml), ("ids=false", Format::Json)]
        {
            let path = format!("/api/schemas/{id}/file");
            let answer = alex.get(&format!("{path}?{query}")).await;
            assert_eq!(
                (answer.header("content-type").as_str(), answer.header("etag")),
                (format.media(), now.version.clone())
            );
            let name = format!("attachment; filename=\"schema-{id}.{}\"", format.extension());
            assert_eq!(answer.header("content-disposition"), name);
            let file: SchemaFile = format.read(&answer.text()).expect("a file");
            assert_eq!(file.attributes.len(), now.attributes.len());
            let answer = send(&alex, &path, format.media(), &answer.text()).await;
            assert_eq!(answer.header("etag"), now.version);
            let draft = draft(&answer);
            assert_eq!((draft.changes(&now.plain()), draft.plan(&now.plain())), (vec![], vec![]), "{query}");
        }
        for state in now.attributes.iter().filter(|state| state.attribute.kind.has_options()) {
            let aid = state.attribute.id;
            let table = alex.get(&format!("/api/schemas/{id}/attributes/{aid}/options.csv")).await;
            assert_eq!(table.status, StatusCode::OK);
            assert!(table.text().starts_with("id,name,parent\r\n"), "{}", table.text());
            let path = format!("/api/schemas/{id}/file?attribute={aid}");
            let draft = draft(&send(&alex, &path, "text/csv", &table.text()).await);
            assert_eq!(draft.changes(&now.plain()), vec![]);
        }
    }
    let asks = async |accept: &str| {
        let request = alex.request(Method::GET, "/api/schemas/1/file").header("accept", accept);
        alex.clone().send(request).await.header("content-type")
    };
    assert_eq!(asks("application/yaml").await, "application/yaml");
    assert_eq!(asks("text/html, application/json;q=0.9").await, "application/json");
    assert_eq!(asks("*/*").await, "application/json");
}

#[tokio::test]
async fn edits_in_files_and_tables_mean_what_they_say_and_change_nothing_yet() {
    let world = World::start().await;
    let alex = alex(&world).await;
    let before = world.diffgram.attributes();
    let now = schema(&alex, 1).await;
    let tree = now.attributes.iter().find(|state| state.attribute.kind == AttributeKind::Tree).expect("a tree");
    let id = tree.attribute.id;
    let mut file = Format::Yaml.read(&alex.get("/api/schemas/1/file?format=yaml").await.text()).expect("a file");
    file.schema = "Every day".into();
    let own = file.attributes.iter_mut().find(|one| one.name == tree.attribute.name).expect("the tree");
    own.options.push(OptionInFile::Name("violet".into()));
    let text = Format::Yaml.write(&file).expect("text");
    let changes =
        draft(&send(&alex, "/api/schemas/1/file", "text/yaml; charset=utf-8", &text).await).changes(&now.plain());
    assert_eq!(changes[0], SchemaChange::Renamed { from: "Everyday scenes".into(), to: "Every day".into() });
    let added = |changes: &[SchemaChange], under: Option<&str>| match changes {
        [SchemaChange::AttributeChanged { id: AttributeId(own), changes, .. }] if *own == id.0 => {
            matches!(&changes[..], [Change::OptionAdded { name, under: place, .. }] if name == "violet" && place.as_deref() == under)
        }
        _ => false,
    };
    assert!(added(&changes[1..], None), "{changes:?}");
    // The same as a row of the table, under a branch by its path.
    let table = alex.get(&format!("/api/schemas/1/attributes/{id}/options.csv")).await.text();
    let branch = tree.attribute.options.iter().find(|option| option.parent.is_none()).expect("a branch");
    let table = format!("{table},violet,{}\r\n", branch.name);
    let path = format!("/api/schemas/1/file?attribute={id}");
    let changes = draft(&send(&alex, &path, "text/csv", &table).await).changes(&now.plain());
    assert!(added(&changes, Some(&branch.name)), "{changes:?}");
    // What is unclear is told, all at once, with its place.
    for (path, media, body, status, says) in [
        ("/api/schemas/1/file", "application/yaml", "schema: x\nattributes: [{nam: y}]", 400, "line 2"),
        ("/api/schemas/1/file", "application/json", "{", 400, "line 1"),
        ("/api/schemas/1/file", "text/plain", "schema: x", 415, "application/yaml"),
        ("/api/schemas/1/file", "text/csv", "id,name,parent\n", 415, "?attribute="),
        ("/api/schemas/1/file", "application/yaml", "schema: x\nlabels: []", 422, "Diffgram lets go of none"),
        (path.as_str(), "text/csv", "id,name,parent\n,a,nowhere\n", 422, "row 2 › a"),
        ("/api/schemas/1/file?attribute=999", "text/csv", "name\na\n", 404, "attribute"),
        ("/api/schemas/1/file?attribute=x", "text/csv", "name\na\n", 400, "number"),
    ] {
        let answer = send(&alex, path, media, body).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text());
        assert!(answer.json()["detail"].as_str().expect("words").contains(says), "{}", answer.text());
    }
    let answer = send(&alex, "/api/schemas/1/file", "application/yaml", "schema: x\nlabels: []").await;
    assert_eq!(answer.json()["edit"]["faults"].as_array().expect("faults").len(), now.labels.len());
    assert_eq!(alex.get("/api/schemas/1/file?format=xml").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.diffgram.attributes(), before);
}

#[tokio::test]
async fn a_customer_has_the_schema_that_the_configuration_says() {
    let world = World::start().await;
    let key = key(&world, ACME, &["schemas:read"]).await;
    let foreign = super::schemas::key(&world, GLOBEX, &["schemas:read"]).await;
    let ask = async |key: &str, customer: &str| {
        let mut host = world.browser();
        let request = host.request(Method::GET, &format!("/api/schemas?for={customer}")).bearer_auth(key);
        host.send(request).await
    };
    let found: SchemaList = serde_json::from_slice(&ask(&key, "north").await.body).expect("a list");
    assert_eq!(found.schemas.iter().map(|row| row.id.0).collect::<Vec<_>>(), [1], "by the map");
    let found: SchemaList = serde_json::from_slice(&ask(&key, "Launch").await.body).expect("a list");
    assert_eq!(found.schemas.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Launches"], "by the rule");
    let details: Vec<Value> = [ask(&key, "nobody").await, ask(&key, "").await, ask(&foreign, "north").await]
        .iter()
        .map(|answer| (assert_eq!(answer.status, StatusCode::NOT_FOUND), answer.json()["detail"].clone()).1)
        .collect();
    assert!(details.windows(2).all(|pair| pair[0] == pair[1]), "{details:?}");
}

/// The command line, as a pipeline calls it.
async fn command(world: &World, key: &str, words: &[&str]) -> Result<(u8, String), String> {
    #[derive(clap::Parser)]
    struct Line {
        #[command(subcommand)]
        command: command::Command,
    }
    let line = <Line as clap::Parser>::parse_from(std::iter::once("schema").chain(words.iter().copied()));
    let mut out = Vec::new();
    let url = world.url.parse().expect("an address");
    let code = command::run(url, key.to_owned().into(), line.command, &mut out).await;
    code.map(|code| (code, String::from_utf8(out).expect("text"))).map_err(|error| format!("{error:#}"))
}

#[tokio::test]
async fn the_command_line_exports_a_schema_and_tells_when_it_is_not_as_its_file() {
    let world = World::start().await;
    let key = key(&world, ACME, &["schemas:read"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scenes.yaml");
    let file = path.to_str().expect("a path");
    let (code, text) = command(&world, &key, &["export", "1"]).await.expect("a file");
    assert_eq!(code, 0);
    assert!(text.starts_with("schema: Everyday scenes\n"), "{text}");
    std::fs::write(&path, &text).expect("a file");
    assert_eq!(command(&world, &key, &["diff", "1", file]).await, Ok((0, String::new())), "quiet when all is well");
    std::fs::write(&path, text.replace("schema: Everyday scenes", "schema: \"Scenes\\e[31m\"")).expect("a file");
    let (code, said) = command(&world, &key, &["diff", "1", file]).await.expect("a difference");
    assert_eq!((code, said.as_str()), (1, "~ the schema \"Everyday scenes\" becomes \"Scenes\\u{1b}[31m\"\n"));
    let json = command(&world, &key, &["export", "1", "--format", "json", "--ids"]).await.expect("a file").1;
    assert!(serde_json::from_str::<SchemaFile>(&json).expect("a file").attributes.iter().all(|one| one.id.is_some()));
    std::fs::write(&path, "schema: x\nattributes: [{nam: y}]").expect("a file");
    let said = command(&world, &key, &["diff", "1", file]).await.expect_err("no file");
    assert!(said.contains("scenes.yaml: line 2"), "{said}");
    let said = command(&world, "dp_none", &["export", "1"]).await.expect_err("no key");
    assert!(said.contains("key"), "{said}");
    let said = command(&world, &key, &["export", "999"]).await.expect_err("no schema");
    assert_eq!(said, "This schema does not exist or is not yours.");
}

#[tokio::test]
async fn the_command_line_plans_applies_and_then_finds_nothing_to_do() {
    let world = World::start().await;
    let key = key(&world, ACME, &["schemas:read", "schemas:write"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scenes.yaml");
    let file = path.to_str().expect("a path");
    let text = command(&world, &key, &["export", "1", "--ids"]).await.expect("a file").1;
    let mut scenes = Format::Yaml.read(&text).expect("a file");
    scenes.schema = "Every day".into();
    let radio = scenes.attributes.iter_mut().find(|one| one.name == "cut_off").expect("an attribute");
    radio.options = radio
        .options
        .iter()
        .map(|option| match option {
            OptionInFile::Whole(option) if option.name == "not sure" => {
                let name = "cannot tell".to_owned();
                OptionInFile::Whole(WholeOption { name, ..option.clone() })
            }
            other => other.clone(),
        })
        .chain([OptionInFile::Name("a bit".into())])
        .collect();
    std::fs::write(&path, Format::Yaml.write(&scenes).expect("text")).expect("a file");
    let before = world.diffgram.attributes();
    let (code, said) = command(&world, &key, &["plan", "1", file]).await.expect("a plan");
    assert_eq!(code, 0);
    for line in [
        "~ the schema \"Everyday scenes\" becomes \"Every day\"\n",
        "~ attribute cut_off \"Is it cut off by the edge?\"\n    ~ \"not sure\" becomes \"cannot tell\"\n    + \"a bit\"\n",
        "\n3 calls to Diffgram.\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert_eq!(world.diffgram.attributes(), before, "a plan changes nothing");
    let (code, said) = command(&world, &key, &["apply", "1", file, "--why", "A test"]).await.expect("applied");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("of 3 calls made\n") && said.contains("Done, and read back: this is version "), "{said}");
    assert_eq!(command(&world, &key, &["apply", "1", file]).await, Ok((0, "Nothing changes.\n".into())));
    assert_eq!(command(&world, &key, &["diff", "1", file]).await, Ok((0, String::new())));
    // What cannot be is said by its name, and nothing is changed.
    let after = world.diffgram.attributes();
    scenes.attributes[0].options.push(OptionInFile::Name(" ".into()));
    std::fs::write(&path, Format::Yaml.write(&scenes).expect("text")).expect("a file");
    for words in [["plan", "1", file], ["apply", "1", file]] {
        let said = command(&world, &key, &words).await.expect_err("a fault");
        assert!(
            said.starts_with("The schema cannot become this:\n! attribute hidden: an option has no name"),
            "{said}"
        );
    }
    let (code, said) = command(&world, &key, &["diff", "1", file]).await.expect("a difference");
    assert_eq!(code, 1);
    assert!(said.contains("! attribute hidden: an option has no name"), "{said}");
    assert_eq!(world.diffgram.attributes(), after);
    // A key that may only read plans, and does not apply.
    scenes.attributes[0].options.pop();
    scenes.attributes[0].options.pop();
    std::fs::write(&path, Format::Yaml.write(&scenes).expect("text")).expect("a file");
    let reads = super::schemas::key(&world, ACME, &["schemas:read"]).await;
    let (_, said) = command(&world, &reads, &["plan", "1", file]).await.expect("a plan");
    assert!(said.contains("1 option is archived for good"), "{said}");
    let said = command(&world, &reads, &["apply", "1", file]).await.expect_err("no");
    assert!(said.contains("key"), "{said}");
    assert_eq!(world.diffgram.attributes(), after);
}

/// Numbers are those of the whole project, and each query shows what was counted.
#[tokio::test]
async fn a_plan_tells_what_of_it_is_used() {
    let world = world_read_for(&["rita@acme.example"]).await;
    let (alex, rita) = (alex(&world).await, world.browser().signed_in("rita@acme.example").await);
    let now = schema(&alex, 1).await;
    let mut draft = SchemaDraft::from(&now.plain());
    for attribute in draft.attributes.iter_mut().filter(|attribute| attribute.fields.name == "hidden") {
        attribute.fields.default_option = None;
        attribute.fields.options.iter_mut().for_each(|option| option.name.push('!'));
    }
    draft.attributes.retain(|attribute| attribute.fields.name != "quality");
    let wish = json!({"draft": draft, "why": ""});
    let answer = alex.clone().post("/api/schemas/1/plan", &wish).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let review: Review = serde_json::from_slice(&answer.body).expect("a review");
    assert!(review.uses_complete);
    let told = |name: &str| {
        let id = now.attributes.iter().find(|state| state.attribute.name == name).expect("an attribute").attribute.id;
        review.uses.iter().filter(|one| one.attribute == id).collect::<Vec<_>>()
    };
    let (hidden, quality) = (told("hidden"), told("quality"));
    assert!(hidden.len() > 1 && hidden[0].option.is_none() && hidden[1..].iter().all(|one| one.option.is_some()));
    let live = hidden[1..].iter().map(|one| one.answers).sum::<u32>();
    assert_eq!(hidden[0].answers, live + 1, "each answer is one option; one has been archived since");
    assert_eq!(quality.len(), 1);
    assert_eq!(review.uses.len(), hidden.len() + 1, "what is not touched is not told");
    assert!(review.uses.iter().any(|one| one.open_tasks > 0));
    for one in &review.uses {
        // Archived options have no name in queries, so all answers together have none.
        let Some(query) = &one.query else {
            assert_eq!((one.attribute, one.option), (hidden[0].attribute, None));
            continue;
        };
        let found = rita.get(&format!("/api/files?limit=1&q={}", encoded(query))).await.json();
        assert_eq!(found["total"], one.files, "{query}");
    }
}
