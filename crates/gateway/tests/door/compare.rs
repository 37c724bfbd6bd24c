//! How model runs do over the files of a query: the same numbers as file by file, and only of what the person may see.

use std::{collections::BTreeMap, time::Duration};

use axum::http::StatusCode;
use portal_model::{
    annotation::Label,
    api::{
        FileDetail,
        compare::{CellFiles, Compared},
        explorer::FileNames,
    },
    id::ModelRunId,
    metrics::Counts,
    results::{Against, Comparison, ResultView},
};
use serde_json::Value;

use crate::support::{Browser, Setup, World, eventually, files::are_read};

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const GUS: &str = "gus@globex.example";
const SOUTH: &str = "cust-south-portraits";

/// Signed in, and all pictures in their sight have been read.
async fn signed_in(world: &World, email: &str) -> Browser {
    let browser = world.browser().signed_in(email).await;
    are_read(&browser).await;
    browser
}

async fn run_named(browser: &Browser, name: &str) -> ModelRunId {
    let names: FileNames = serde_json::from_value(browser.get("/api/files/names").await.json()).expect("names");
    names.runs.iter().find(|run| run.name == name).expect("the run").id
}

async fn compared(browser: &Browser, address: &str) -> Compared {
    let answer = browser.get(address).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
    serde_json::from_value(answer.json()).expect("a comparison")
}

/// The same, file by file, as the page of each file has it; and how often faces are missed there.
async fn by_hand(browser: &Browser, view: &ResultView) -> (BTreeMap<String, Counts>, u32, BTreeMap<i64, u32>) {
    let list = browser.get("/api/files?limit=200&q=type%3Aimage").await.json();
    let rows = list["rows"].as_array().expect("rows");
    assert_eq!(list["total"], rows.len(), "one window holds them all");
    let (mut classes, mut missed) = (BTreeMap::<String, Counts>::new(), BTreeMap::new());
    for row in rows {
        let id = row["file"]["id"].as_i64().expect("an id");
        let detail = browser.get(&format!("/api/files/{id}")).await.json();
        let detail: FileDetail = serde_json::from_value(detail).expect("a file");
        let name = |label: &Label| label.name.clone();
        for class in Comparison::of(&detail.annotations.annotations, view).classes {
            let label = detail.labels.iter().find(|label| Some(label.id) == class.label);
            let name = label.map(name).unwrap_or_default();
            if name == "face" && class.counts.missed > 0 {
                missed.insert(id, class.counts.missed);
            }
            let sum = classes.entry(name).or_default();
            *sum = sum.with(class.counts);
        }
    }
    classes.retain(|_, counts| *counts != Counts::default());
    (classes, u32::try_from(rows.len()).expect("few"), missed)
}

fn counts(compared: &Compared) -> BTreeMap<String, Counts> {
    let counts = compared.classes.iter().map(|class| (class.name.clone(), class.numbers.counts));
    counts.filter(|(_, counts)| *counts != Counts::default()).collect()
}

#[tokio::test]
async fn aut_08_numbers_are_those_of_the_files_in_sight_and_of_no_others() {
    let world = Box::pin(World::with(Setup { files: true, ..Setup::default() })).await;
    for email in [ANA, BEN] {
        let browser = signed_in(&world, email).await;
        let (run, other) = (run_named(&browser, "haar-default").await, run_named(&browser, "haar-alternative").await);
        for (against, least, overlap, address) in [
            (Against::People, 0.0, 0.5, format!("/api/files/compare?run={run}")),
            (Against::People, 0.8, 0.3, format!("/api/files/compare?run={run}&truth=people&iou=0.3&least=0.8")),
            (Against::Run(other), 0.0, 0.5, format!("/api/files/compare?run={run}&truth=run:{other}")),
        ] {
            let view = ResultView { run: Some(run), against: Some(against), least, overlap, ..ResultView::default() };
            let (due, pictures, _) = by_hand(&browser, &view).await;
            let found = compared(&browser, &address).await;
            assert_eq!(counts(&found), due, "{email}: {address}");
            let all = due.values().fold(Counts::default(), |sum, one| sum.with(*one));
            assert_eq!(found.total.counts, all);
            assert!(all.found > 0 && all.wrong > 0, "{email}: {address} shows little: {all:?}");
            assert!(all.missed > 0 || against != Against::People, "{email}: {address}");
            assert_eq!(found.files, pictures, "{email}");
            assert_eq!(found.left_out.unread + found.left_out.beyond, 0);
            assert_eq!(found.run.name, "haar-default");
            assert_eq!(found.truth.map(|run| run.id), (against != Against::People).then_some(other));
            assert_eq!(found.curve.len(), 101);
            let (rows, side) = (&found.confusion, found.classes.len() + 1);
            assert!(rows.len() == side && rows.iter().all(|row| row.len() == side));
            // A row is the truths of a class, whatever they were taken for.
            for (class, row) in found.classes.iter().zip(rows) {
                assert_eq!(row.iter().sum::<u32>(), class.numbers.counts.truths(), "{}", class.name);
            }
        }
    }
}

#[tokio::test]
async fn a_number_of_the_matrix_leads_to_its_files() {
    let world = Box::pin(World::with(Setup { files: true, ..Setup::default() })).await;
    let ana = signed_in(&world, ANA).await;
    let run = run_named(&ana, "haar-default").await;
    let found = compared(&ana, &format!("/api/files/compare?run={run}&q=name%3Acameraman")).await;
    assert!(found.files > 0, "the query chooses the files");
    let whole = compared(&ana, &format!("/api/files/compare?run={run}")).await;
    assert!(found.files < whole.files);
    assert!(whole.left_out.no_pictures > 0, "videos are left out, and said to be");
    let nothing = whole.classes.len();
    let face = whole.classes.iter().position(|class| class.name == "face").expect("faces");
    for (row, column, address) in
        [(face, nothing, "is=face"), (nothing, face, "taken_for=FACE"), (face, face, "is=face&taken_for=face")]
    {
        let answer = ana.get(&format!("/api/files/compare/cell?run={run}&{address}")).await;
        let files: CellFiles = serde_json::from_value(answer.json()).expect("files");
        let times: u32 = files.files.iter().map(|file| file.times).sum();
        assert_eq!((times, files.more), (whole.confusion[row][column], 0), "{address}");
    }
    let of_nobody = ana.get(&format!("/api/files/compare/cell?run={run}&is=nobody")).await.json();
    assert_eq!(of_nobody["files"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn aut_01_a_run_that_is_not_in_sight_looks_like_none() {
    let world = Box::pin(World::with(Setup { files: true, ..Setup::default() })).await;
    let (file, _) = world.diffgram.files_in(SOUTH).remove(0);
    world.diffgram.predict(file, "face", "run-of-the-south", 0.77);
    let (ana, ben, gus) = (signed_in(&world, ANA).await, signed_in(&world, BEN).await, signed_in(&world, GUS).await);
    eventually("the new prediction is read", Duration::from_secs(60), async || {
        ben.get("/api/files/names").await.text().contains("run-of-the-south")
    })
    .await;
    let plain = async |browser: &Browser, address: String| {
        let answer = browser.get(&address).await;
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        (answer.status, body)
    };
    let south = run_named(&ben, "run-of-the-south").await;
    let seen = compared(&ben, &format!("/api/files/compare?run={south}")).await;
    assert_eq!(seen.total.counts.predictions(), 1);
    let known = run_named(&ana, "haar-default").await;
    for (browser, hidden) in [(&ana, south), (&gus, known), (&gus, south)] {
        for address in ["compare?run=ID", "compare/cell?is=face&run=ID"] {
            let hidden = plain(browser, format!("/api/files/{}", address.replace("ID", &hidden.to_string()))).await;
            let unknown = plain(browser, format!("/api/files/{}", address.replace("ID", "99999999"))).await;
            assert_eq!(hidden.0, StatusCode::NOT_FOUND);
            assert_eq!(hidden, unknown);
        }
    }
    // As truth, too.
    let hidden = plain(&ana, format!("/api/files/compare?run={known}&truth=run:{south}")).await;
    assert_eq!(hidden, plain(&ana, format!("/api/files/compare?run={known}&truth=run:99999999")).await);
    for wrong in ["", "run=x", "run=1&iou=2", "run=1&least=NaN", "run=1&truth=run:1", "run=1&truth=me", "run=1&q=a%3A"]
    {
        let answer = ana.get(&format!("/api/files/compare?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}: {}", answer.text());
    }
}
