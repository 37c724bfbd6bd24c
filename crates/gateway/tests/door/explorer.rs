//! Many files at once: what a query finds, for whom, and what nobody else learns of it.

use std::{collections::BTreeSet, time::Duration};

use axum::http::{Method, StatusCode};
use portal_demo::diffgram::Outage;
use serde_json::{Value, json};

use crate::support::{
    Answer, Browser, World, eventually,
    files::{due, encoded, world_read_for},
};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const GUS: &str = "gus@globex.example";
const RITA: &str = "rita@acme.example";
const NORTH: &str = "cust-north-portraits";
const SOUTH: &str = "cust-south-portraits";

/// What Ana and Ben may see has been read, annotations too, and all datasets listed.
async fn world() -> World {
    world_read_for(&[ANA, BEN, GUS]).await
}

async fn ask(browser: &Browser, q: &str) -> Value {
    let answer = browser.get(&format!("/api/files?limit=200&q={}", encoded(q))).await;
    assert_eq!(answer.status, StatusCode::OK, "{q}: {}", answer.text());
    answer.json()
}

fn ids(list: &Value) -> Vec<i64> {
    list["rows"].as_array().expect("rows").iter().map(|row| row["file"]["id"].as_i64().expect("an id")).collect()
}

/// All that a query finds, over as many windows as it takes.
async fn all(browser: &Browser, q: &str) -> BTreeSet<i64> {
    let first = ask(browser, q).await;
    let (total, snapshot) = (first["total"].as_u64().expect("a total"), first["snapshot"].as_str().expect("a name"));
    let mut found: BTreeSet<i64> = ids(&first).into_iter().collect();
    for offset in (200..total).step_by(200) {
        let path = format!("/api/files?limit=200&offset={offset}&snapshot={snapshot}&q={}", encoded(q));
        found.extend(ids(&browser.get(&path).await.json()));
    }
    assert_eq!(found.len() as u64, total, "{q}");
    found
}

/// Status and body, without what differs between any two requests.
fn plain(answer: &Answer) -> (StatusCode, Value) {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    (answer.status, body)
}

#[tokio::test]
async fn aut_01_aut_08_everybody_finds_the_files_of_their_tasks_and_grants_and_no_others() {
    let world = world().await;
    for (email, datasets) in [(ANA, &[NORTH][..]), (BEN, &[SOUTH]), (GUS, &[]), ("alex@acme.example", &[])] {
        let browser = world.browser().signed_in(email).await;
        let due = due(&world, email, datasets);
        assert_eq!(all(&browser, "").await, due, "{email}");
        // However it is asked, and in counts too: what is not theirs is nowhere.
        for q in ["-name:nothing-has-this", "has:task or -has:task", "name:portrait or -name:portrait", "-label:x"] {
            assert_eq!(all(&browser, q).await, due, "{email} {q}");
        }
        for hidden in [NORTH, SOUTH, "line-4"].iter().filter(|name| !datasets.contains(name)) {
            if email == GUS && *hidden == "line-4" {
                continue;
            }
            assert_eq!(ask(&browser, &format!("dataset:{hidden}")).await["total"], 0, "{email} {hidden}");
        }
        let names = browser.get("/api/files/names").await.json();
        let offered: Vec<&str> =
            names["datasets"].as_array().expect("names").iter().filter_map(Value::as_str).collect();
        for (name, mine) in [(NORTH, email == ANA), (SOUTH, email == BEN), ("line-4", email == GUS)] {
            assert_eq!(offered.contains(&name), mine, "{email}: {name}");
        }
    }
    // The grant for a whole value of a claim: everything of this project, nothing of the other.
    let rita = world.browser().signed_in(RITA).await;
    let found = all(&rita, "").await;
    assert!(
        world.diffgram.files_in(NORTH).iter().chain(&world.diffgram.files_in(SOUTH)).all(|(id, _)| found.contains(id))
    );
    assert!(world.diffgram.tasks_of(ANA).iter().all(|(_, file, ..)| found.contains(file)));
    assert!(world.diffgram.files_in("line-4").iter().all(|(id, _)| !found.contains(id)));
    // Nobody without an account, or with an address nobody vouches for, sees anything.
    for email in ["una@acme.example", "nora@nowhere.example"] {
        let browser = world.browser().signed_in(email).await;
        assert_eq!(ask(&browser, "").await["total"], 0, "{email}");
        assert_eq!(
            browser.get("/api/files/names").await.json(),
            json!({"datasets": [], "labels": [], "runs": [], "attributes": [], "people": []})
        );
    }
    assert_eq!(world.browser().get("/api/files").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.browser().get("/api/files/names").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn labels_and_runs_are_named_only_where_they_occur() {
    let world = world().await;
    let (file, _) = world.diffgram.files_in(SOUTH).remove(0);
    world.diffgram.predict(file, "south-secret", "run-of-the-south", 0.77);
    let (ana, ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    eventually("the new prediction is found", Duration::from_secs(60), async || {
        ask(&ben, "label:south-secret score=0.77 run:run-of-the-south").await["total"] == 1
    })
    .await;
    assert_eq!(ask(&ana, "label:south-secret").await["total"], 0);
    assert_eq!(ask(&ana, "run:run-of-the-south").await["total"], 0);
    let names = |answer: Answer| answer.text();
    assert!(names(ben.get("/api/files/names").await).contains("south-secret"));
    let of_ana = names(ana.get("/api/files/names").await);
    assert!(!of_ana.contains("south"), "{of_ana}");
    assert!(of_ana.contains("face"), "{of_ana}");
}

#[tokio::test]
async fn each_condition_means_what_it_says() {
    let world = world().await;
    let ana = world.browser().signed_in(ANA).await;
    let north: BTreeSet<i64> = world.diffgram.files_in(NORTH).into_iter().map(|(id, _)| id).collect();
    assert_eq!(all(&ana, &format!("dataset:{NORTH}")).await, north);
    assert_eq!(all(&ana, "dataset:CUST-North-Portraits").await, north);
    assert_eq!(all(&ana, "-has:task").await, north);
    let tasks: BTreeSet<i64> = world.diffgram.tasks_of(ANA).into_iter().map(|(_, file, ..)| file).collect();
    assert_eq!(all(&ana, "has:task").await, tasks);
    // Of one kind or another.
    let (pictures, clips) = (all(&ana, "type:image").await, all(&ana, "type:video").await);
    assert!(!clips.is_empty() && pictures.is_disjoint(&clips));
    let others = all(&ana, "type:text or type:audio or type:compound").await;
    assert!(others.len() == 3 && others.is_disjoint(&(&pictures | &clips)));
    assert_eq!(&(&pictures | &clips) | &others, &north | &tasks);
    // A bare word is looked for in names.
    let named = all(&ana, "NORTH-astronaut").await;
    assert_eq!(named.len(), 4);
    assert!(named.is_subset(&north));
    // Predictions, and their scores: side by side of the same annotation, in brackets of one each.
    let predicted = all(&ana, "has:prediction").await;
    assert!(!predicted.is_empty() && predicted.is_subset(&all(&ana, "has:annotation").await));
    let (file, _) = world.diffgram.files_in(NORTH).remove(0);
    world.diffgram.predict(file, "left", "two-labels", 0.9);
    world.diffgram.predict(file, "right", "two-labels", 0.2);
    eventually("the predictions are read", Duration::from_secs(60), async || {
        ask(&ana, "run:two-labels label:right").await["total"] == 1
    })
    .await;
    for (q, found) in [
        ("label:left score>=0.9", 1),
        ("label:left score>0.9", 0),
        ("label:right score>=0.9", 0),
        ("label:right (score>=0.9)", 1),
        ("label:right score<0.3 run:two-labels", 1),
        ("label:left -label:right", 0),
        ("label:left or label:right", 1),
        ("run:TWO-labels type:video", 0),
    ] {
        assert_eq!(ask(&ana, q).await["total"], found, "{q}");
    }
}

#[tokio::test]
async fn answers_frames_times_and_tasks_are_found() {
    let world = world().await;
    let ana = world.browser().signed_in(ANA).await;
    let find = async |q: &str| all(&ana, q).await;
    let everything = find("").await;
    let north: BTreeSet<i64> = world.diffgram.files_in(NORTH).into_iter().map(|(id, _)| id).collect();
    // By the question's words and by its inner name; options by name; numbers compare.
    let little = find("attribute.\"How much of it is hidden?\":\"A LITTLE\"").await;
    assert!(!little.is_empty() && little.is_subset(&north), "{little:?}");
    assert_eq!(find("attribute.hidden:\"a little\"").await, little);
    let sharp = find("attribute.quality>=50").await;
    let all_sharp = find("attribute.quality>=0").await;
    assert!(!sharp.is_empty() && sharp.is_subset(&all_sharp) && sharp != all_sharp);
    assert!(find("attribute.hidden:nothing-like-it").await.is_empty());
    assert!(find("attribute.defect:scratch").await.is_empty(), "a question of another project");
    // What is drawn on frames finds the video.
    let clips = find("type:video").await;
    let on_frames = find("frame>=0").await;
    assert!(!on_frames.is_empty() && on_frames.is_subset(&clips), "{on_frames:?}");
    assert!(find("frame>=1").await.is_subset(&on_frames));
    assert_eq!(find("type:video has:annotation").await, on_frames);
    // Measures and times.
    let (wide, narrow) = (find("width>=400").await, find("width<400").await);
    assert!(!wide.is_empty() && !narrow.is_empty() && wide.is_disjoint(&narrow));
    assert!(find("duration>0").await.is_subset(&clips) && !find("duration>0").await.is_empty());
    assert_eq!(&find("created>=2w").await | &find("created<2w").await, everything);
    assert!(!find("created:2w").await.is_empty() && !find("created<2d").await.is_empty());
    assert_eq!(find("count>=1").await, find("has:annotation").await);
    assert_eq!(find("count<1").await, find("missing:annotation").await);
    assert!(find("kind:box count:face>=1").await.is_subset(&find("label:face").await));
    // Tasks, and whose they are.
    let mine = find("has:task").await;
    assert!(find("assignee:me").await.is_subset(&mine) && !find("assignee:me").await.is_empty());
    assert!(find("status:complete").await.is_subset(&mine) && !find("status:available").await.is_empty());
    assert_eq!(find("assignee:Ben").await, BTreeSet::new(), "others are not told of");
    let id = *mine.first().expect("a task");
    assert_eq!(find(&format!("id:{id}")).await, BTreeSet::from([id]));
    let hidden = world.diffgram.files_in(SOUTH)[0].0;
    assert!(find(&format!("id:{hidden}")).await.is_empty());
    // A part of all, by chance, and the first in order.
    assert_eq!((find("sample:7 seed:3").await.len(), find("limit:5").await.len()), (7, 5));
    // Two who see a file differently.
    world.diffgram.predict(*north.first().expect("a file"), "face", "differs-one", 0.9);
    world.diffgram.predict(*north.first().expect("a file"), "cup", "differs-two", 0.9);
    eventually("the disagreement is found", Duration::from_secs(60), async || {
        ask(&ana, "disagree:differs-one,differs-two>=1").await["total"] == 1
    })
    .await;
    assert_eq!(ask(&ana, "disagree:differs-two,differs-one<1").await["total"], 0);
    assert_eq!(ask(&ana, "disagree:differs-one,nobody-knows-it").await["total"], 0);
}

#[tokio::test]
async fn aut_08_facets_names_and_explanations_tell_nothing_that_is_hidden() {
    let world = world().await;
    let (file, _) = world.diffgram.files_in(SOUTH).remove(0);
    world.diffgram.predict(file, "south-secret", "run-of-the-south", 0.77);
    let (ana, ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    eventually("the new prediction is found", Duration::from_secs(60), async || {
        ask(&ben, "label:south-secret").await["total"] == 1
    })
    .await;
    let get = async |browser: &Browser, path: &str, q: &str| browser.get(&format!("{path}?q={}", encoded(q))).await;
    let explain = async |browser: &Browser, q: &str| {
        let answer = get(browser, "/api/files/explain", q).await;
        assert_eq!(answer.status, StatusCode::OK, "{q}: {}", answer.text());
        answer.json()
    };
    // Each part alone, the whole, and the words of Diffgram.
    let known = explain(&ben, "label:south-secret score>0.9 type:image").await;
    let files: Vec<u64> =
        known["parts"].as_array().expect("parts").iter().filter_map(|part| part["files"].as_u64()).collect();
    assert_eq!((files[0], &known["parts"][0]["text"], &known["total"]), (1, &json!("label:south-secret"), &json!(0)));
    assert!(files[1] > 0 || files[2] > 1, "{known}");
    assert_eq!(known["lower_bound"], false);
    let said = explain(&ben, "dataset:cust-south-portraits").await;
    assert_eq!((&said["diffgram"], &said["not_in_diffgram"]), (&json!("dataset.id = 32"), &json!([])));
    // What is hidden is as what does not exist, in every answer.
    for (hidden, unknown) in [
        ("label:south-secret", "label:south-nothing"),
        ("run:run-of-the-south", "run:run-of-the-dream"),
        ("dataset:cust-south-portraits", "dataset:cust-dream-portraits"),
        ("count:south-secret>=1", "count:south-nothing>=1"),
        ("disagree:run-of-the-south,person", "disagree:run-of-the-dream,person"),
        ("assignee:\"Ben Baker\"", "assignee:\"Ben Dreamer\""),
        (&format!("id:{file}"), "id:987654321"),
    ] {
        for path in ["/api/files", "/api/files/facets", "/api/files/explain"] {
            let plain_of = |q: &str, answer: Answer| {
                let mut body = answer.json();
                for name in ["snapshot", "freshness", "request_id"] {
                    body.as_object_mut().map(|body| body.remove(name));
                }
                (answer.status, body.to_string().replace(&q.replace('"', "\\\""), "Q"))
            };
            let of_hidden = plain_of(hidden, get(&ana, path, hidden).await);
            assert_eq!(of_hidden, plain_of(unknown, get(&ana, path, unknown).await), "{path} {hidden}");
        }
    }
    // Who sees nothing is told nothing.
    let una = world.browser().signed_in("una@acme.example").await;
    let facets = get(&una, "/api/files/facets", "").await.json();
    for (name, value) in facets.as_object().expect("facets") {
        let empty = value == &json!(0) || value.as_array().is_some_and(|all| all.iter().all(|one| one == &json!(0)));
        assert!(empty, "{name}: {value}");
    }
    assert_eq!(explain(&una, "has:annotation").await["parts"], json!([{"text": "has:annotation", "files": 0}]));
    // And what is seen is counted as conditions find it.
    let facets = get(&ana, "/api/files/facets", "type:image").await.json();
    let answers = facets["answers"].as_array().expect("answers");
    let hidden = answers.iter().find(|facet| facet["attribute"] == "How much of it is hidden?").expect("a question");
    for option in hidden["options"].as_array().expect("options") {
        let q = format!("type:image attribute.\"How much of it is hidden?\":{}", option["name"]);
        assert_eq!(ask(&ana, &q).await["total"], option["files"], "{q}");
    }
    for (field, facets) in [("created", &facets["months"]), ("status", &facets["tasks"]), ("type", &facets["types"])] {
        let facets = facets.as_array().expect("facets");
        assert!(!facets.is_empty(), "{field}");
        for facet in facets {
            let q = format!("type:image {field}:{}", facet["name"].as_str().expect("a name"));
            assert_eq!(ask(&ana, &q).await["total"], facet["files"], "{q}");
        }
    }
    let names = ana.get("/api/files/names").await.json();
    let questions: Vec<&str> =
        names["attributes"].as_array().expect("names").iter().filter_map(|one| one["name"].as_str()).collect();
    assert!(
        questions.contains(&"How much of it is hidden?") && !questions.contains(&"What is wrong with it?"),
        "{questions:?}"
    );
    for browser in [&world.browser()] {
        for path in ["/api/files/explain", "/api/files/facets"] {
            assert_eq!(browser.get(path).await.status, StatusCode::UNAUTHORIZED);
        }
    }
}

#[tokio::test]
async fn tiles_show_what_is_drawn_and_sorting_holds() {
    let world = world().await;
    let ana = world.browser().signed_in(ANA).await;
    let list = ask(&ana, "has:prediction sort:-score").await;
    let best: Vec<f64> =
        list["rows"].as_array().expect("rows").iter().map(|row| row["best"].as_f64().expect("a score")).collect();
    assert!(best.len() > 1 && best.is_sorted_by(|a, b| a >= b), "{best:?}");
    let labels: Vec<&Value> = list["labels"].as_array().expect("labels").iter().map(|label| &label["id"]).collect();
    for row in list["rows"].as_array().expect("rows") {
        let drawn = row["annotations"].as_array().expect("annotations");
        let counted = row["truths"].as_u64().expect("a count") + row["predictions"].as_u64().expect("a count");
        // On a video's tile is no frame, so nothing is drawn there.
        assert_eq!(drawn.len() as u64, if row["file"]["kind"] == "video" { 0 } else { counted.min(60) });
        assert!(drawn.iter().all(|one| one["label"].is_null() || labels.contains(&&one["label"])));
        if ["image", "video"].iter().any(|kind| row["file"]["kind"] == **kind) {
            assert!(row["file"]["has_thumb"] == true && row["file"]["width"].is_u64(), "{}", row["file"]);
        }
        assert!(row["updated"].is_string());
    }
    let names = |list: &Value| -> Vec<String> {
        let rows = list["rows"].as_array().expect("rows");
        rows.iter().map(|row| row["file"]["name"].as_str().expect("a name").to_lowercase()).collect()
    };
    let up = names(&ask(&ana, &format!("dataset:{NORTH} sort:name")).await);
    let mut down = names(&ask(&ana, &format!("dataset:{NORTH} sort:-name")).await);
    assert!(up.is_sorted(), "{up:?}");
    down.reverse();
    assert_eq!(up, down);
}

#[tokio::test]
async fn dat_06_hostile_text_is_only_ever_a_value() {
    let world = world().await;
    let ben = world.browser().signed_in(BEN).await;
    let everything = all(&ben, "").await.len();
    for text in ["%", "_", "*", "?", "' OR 1=1 --", "\\\" or 1=1", "[a-z]", "); DROP TABLE file; --", "\u{0}", "${x}"] {
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        for field in ["name", "dataset", "label", "run"] {
            let total = ask(&ben, &format!("{field}:{quoted}")).await["total"].as_u64().expect("a total") as usize;
            assert!(total < everything, "{field}:{quoted} finds {total}");
        }
    }
    // Ben's own hostile names are found by what they hold, and are text.
    let list = ask(&ben, "name:\"<img src=x\"").await;
    assert_eq!(list["total"], 1);
    assert_eq!(list["rows"][0]["file"]["name"], "<img src=x onerror=alert(1)>.jpg");
    assert_eq!(ask(&ben, "name:\"CAFE NAIVE\"").await["total"], 1);
    assert_eq!(all(&ben, "").await.len(), everything, "nothing was dropped");
}

#[tokio::test]
async fn a_wrong_query_is_told_where_it_is_wrong() {
    let world = World::start().await;
    let ana = world.browser().signed_in(ANA).await;
    for (q, says) in [
        ("lable:face", "at character 1: no such field"),
        ("äöü lable:face", "at character 5: no such field"),
        ("(label:face", "a bracket is not closed"),
        ("score>=much", "at character 8: expected a number"),
        (&"(".repeat(200), "too long or too deep"),
        (&"a ".repeat(101), "more than 100 conditions"),
    ] {
        let answer = ana.get(&format!("/api/files?q={}", encoded(q))).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{q}");
        let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.contains(says), "{q}: {detail}");
    }
    // As deep and as long as may be: it is answered.
    let deep = format!("{}label:x{}", "-(label:y (score>0.1 or ".repeat(6), "))".repeat(6));
    let answer = ana.get(&format!("/api/files?q={}", encoded(&deep))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = ana.get(&format!("/api/files?q={}", encoded(&"a ".repeat(100)))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    for path in ["/api/files?limit=201", "/api/files?limit=x", "/api/files?who=me"] {
        assert_eq!(ana.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn windows_of_a_snapshot_fit_together_while_files_come_and_go() {
    let world = world().await;
    let ana = world.browser().signed_in(ANA).await;
    let q = encoded(&format!("dataset:{NORTH} sort:name"));
    let first = ana.get(&format!("/api/files?limit=5&q={q}")).await.json();
    let snapshot = first["snapshot"].as_str().expect("a name").to_owned();
    let gone = world.diffgram.files_in(NORTH).into_iter().map(|(id, _)| id).find(|id| !ids(&first).contains(id));
    let gone = gone.expect("a file further on");
    world.diffgram.take_out(gone, NORTH);
    eventually("it left", Duration::from_secs(60), async || {
        ask(&ana, &format!("dataset:{NORTH}")).await["total"] == 12
    })
    .await;
    let mut seen = ids(&first);
    for offset in [5, 10] {
        let window = ana.get(&format!("/api/files?limit=5&offset={offset}&snapshot={snapshot}&q={q}")).await.json();
        assert_eq!((&window["snapshot"], &window["total"]), (&json!(snapshot), &json!(13)));
        seen.extend(ids(&window));
    }
    let different: BTreeSet<i64> = seen.iter().copied().collect();
    assert_eq!((seen.len(), different.len()), (12, 12), "none twice, none lost but the one that left");
    assert!(!different.contains(&gone));
    // Somebody else's snapshot, or that of another query, is none.
    let ben = world.browser().signed_in(BEN).await;
    let of_ben = ben.get(&format!("/api/files?snapshot={snapshot}&q={q}")).await.json();
    assert_eq!((of_ben["total"].as_u64(), of_ben["snapshot"] == json!(snapshot)), (Some(0), false));
    let other = ana.get(&format!("/api/files?snapshot={snapshot}")).await.json();
    assert_ne!(other["snapshot"], json!(snapshot));
}

#[tokio::test]
async fn aut_01_aut_09_a_granted_file_is_served_whole_without_a_task_and_not_after_it_left() {
    let world = world().await;
    let (ana, ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    let files = world.diffgram.files_in(NORTH);
    let (id, name) = files[0].clone();
    let clip = files.iter().find(|(_, name)| name.ends_with(".mp4")).expect("a clip").0;
    let detail = ana.get(&format!("/api/files/{id}")).await;
    assert_eq!(detail.status, StatusCode::OK, "{}", detail.text());
    let detail = detail.json();
    assert_eq!((&detail["file"]["name"], &detail["task"]), (&json!(name), &Value::Null));
    assert_eq!(detail["dataset"]["name"], NORTH);
    assert!(!detail["annotations"]["annotations"].as_array().expect("annotations").is_empty());
    for path in [format!("/api/files/{id}/media/full"), format!("/api/files/{id}/media/thumb")] {
        assert_eq!(ana.get(&path).await.status, StatusCode::OK, "{path}");
    }
    let frames = ana.get(&format!("/api/files/{clip}/frames?from=0&to=20")).await;
    assert_eq!(frames.status, StatusCode::OK, "{}", frames.text());
    assert!(!frames.json()["frames"].as_array().expect("frames").is_empty());
    assert_eq!(ana.get(&format!("/api/files/{id}/frames?from=0&to=20")).await.json()["frames"], json!([]));
    assert_eq!(ana.get(&format!("/api/files/{clip}/frames?from=9&to=9")).await.status, StatusCode::BAD_REQUEST);
    // For Ben it is as if it were not there.
    for rest in ["", "/media/full", "/media/thumb", "/frames?from=0&to=5"] {
        let (hidden, unknown) =
            (ben.get(&format!("/api/files/{id}{rest}")).await, ben.get(&format!("/api/files/99999999{rest}")).await);
        assert_eq!(plain(&hidden), plain(&unknown), "{rest}");
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{rest}");
    }
    // It leaves the dataset: asked at the door, whatever the listing still says.
    let (left, _) = files[1].clone();
    world.diffgram.take_out(left, NORTH);
    assert_eq!(ana.get(&format!("/api/files/{left}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.get(&format!("/api/files/{left}/media/full")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ups_01_with_diffgram_away_the_explorer_goes_on() {
    let world = world().await;
    let ana = world.browser().signed_in(ANA).await;
    let before = all(&ana, "has:prediction").await;
    world.diffgram.outage(Outage::Unavailable);
    eventually("the list says so", Duration::from_secs(60), async || {
        ask(&ana, "").await["freshness"]["diffgram_up"] == false
    })
    .await;
    assert_eq!(all(&ana, "has:prediction").await, before);
    let (id, _) = world.diffgram.files_in(NORTH).remove(0);
    assert_eq!(ana.get(&format!("/api/files/{id}")).await.json()["annotations_unavailable"], true);
    world.diffgram.outage(Outage::None);
    world.diffgram.predict(id, "after", "after", 0.5);
    eventually("it catches up", Duration::from_secs(60), async || ask(&ana, "label:after").await["total"] == 1).await;
}

#[tokio::test]
async fn aut_07_views_are_words_only_and_mine_are_mine() {
    let world = world().await;
    let (mut ana, mut ben) = (world.browser().signed_in(ANA).await, world.browser().signed_in(BEN).await);
    let shared = ana.get("/api/views").await.json();
    assert_eq!(shared.as_array().map(Vec::len), Some(1));
    assert_eq!((&shared[0]["name"], &shared[0]["mine"]), (&json!("Sure predictions"), &json!(false)));
    assert_eq!(ben.get("/api/views").await.json(), shared);
    // The same view shows each their own, and Gus nothing of it.
    let q = shared[0]["q"].as_str().expect("a query").to_owned();
    let (of_ana, of_ben) = (all(&ana, &q).await, all(&ben, &q).await);
    assert!(of_ana.is_subset(&due(&world, ANA, &[NORTH])) && of_ben.is_subset(&due(&world, BEN, &[SOUTH])));

    let made = ana.post("/api/views", &json!({"name": " <b>North</b> ", "q": format!("dataset:{NORTH}")})).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["name"], &made["mine"]), (&json!("<b>North</b>"), &json!(true)));
    let path = format!("/api/views/{}", made["id"].as_str().expect("an id"));
    assert_eq!(ana.get("/api/views").await.json()[1], made);
    assert_eq!(ben.get("/api/views").await.json(), shared, "Ben learns nothing of it");
    let new = json!({"name": "Mine", "q": "type:image"});
    let put = |browser: &Browser, path: &str| browser.request(Method::PUT, path).json(&new);
    let (hidden, unknown) = (put(&ben, &path), put(&ben, "/api/views/0190aaaa"));
    let (hidden, unknown) = (ben.send(hidden).await, ben.send(unknown).await);
    assert_eq!((plain(&hidden), hidden.status), (plain(&unknown), StatusCode::NOT_FOUND));
    assert_eq!(ben.delete(&path).await.status, StatusCode::NOT_FOUND);
    let of_all = format!("/api/views/{}", shared[0]["id"].as_str().expect("an id"));
    assert_eq!(ben.delete(&of_all).await.status, StatusCode::NOT_FOUND);
    // Opened by Ben as text, it shows what he may see: nothing, and no count.
    assert_eq!(ask(&ben, made["q"].as_str().expect("a query")).await["total"], 0);

    let changed = put(&ana, &path);
    assert_eq!(ana.send(changed).await.json()["name"], "Mine");
    for bad in [
        json!({"name": "", "q": ""}),
        json!({"name": "x".repeat(81), "q": ""}),
        json!({"name": "x", "q": "lable:x"}),
        json!({"name": "x", "q": "", "mine": false}),
    ] {
        assert_eq!(ana.post("/api/views", &bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    for n in 1..50 {
        assert_eq!(ana.post("/api/views", &json!({"name": format!("{n}"), "q": ""})).await.status, StatusCode::OK);
    }
    assert_eq!(ana.post("/api/views", &json!({"name": "51", "q": ""})).await.status, StatusCode::CONFLICT);
    assert_eq!(ana.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ana.delete(&path).await.status, StatusCode::NOT_FOUND);
}
