//! The numbers of the explorer are Diffgram's own, once all has been read: counted here from what Diffgram answers, without any of
//! the code that reads it for the portal.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{World, files::world_read_for};

const RITA: &str = "rita@acme.example";
const PROJECT: &str = "acme-vision";
const DATASET: &str = "cust-north-portraits";

/// Asks Diffgram as a program with the project's key does.
async fn ask(world: &World, path: &str, body: Value) -> Value {
    let keys = &world.diffgram.keys[PROJECT];
    let request = reqwest::Client::new()
        .post(format!("{}/api/{path}", world.diffgram.url))
        .basic_auth(&keys.client_id, Some(&keys.client_secret))
        .json(&body);
    let answer = request.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.expect("JSON")
}

fn counts(facets: &Value, which: &str) -> BTreeMap<String, u64> {
    let of = |one: &Value| Some((one["name"].as_str()?.to_owned(), one["files"].as_u64()?));
    facets[which].as_array().expect("facets").iter().filter_map(of).collect()
}

#[tokio::test]
async fn numbers_of_a_settled_dataset_are_diffgrams_own() {
    let world = world_read_for(&[RITA]).await;
    let rita = world.browser().signed_in(RITA).await;

    // What Diffgram says.
    let datasets = ask(&world, &format!("v1/project/{PROJECT}/directory/list"), json!({})).await;
    let dataset =
        datasets["directory_list"].as_array().expect("datasets").iter().find(|one| one["nickname"] == DATASET);
    let listing = json!({"metadata": {
        "directory_id": dataset.expect("the dataset")["id"], "page": 1, "limit": 1000, "media_type": "All",
        "file_view_mode": "base", "annotation_status": "All", "regen_url": false,
    }});
    let listed = ask(&world, &format!("project/{PROJECT}/user/admin/file/list"), listing).await;
    let files = listed["file_list"].as_array().expect("files");
    let (mut types, mut labels, mut scores) = (BTreeMap::new(), BTreeMap::new(), 0);
    for file in files {
        *types.entry(file["type"].as_str().expect("a type").to_owned()).or_insert(0_u64) += 1;
        // What is on a clip stands on its frames, and nowhere else.
        let drawn: Vec<Value> = if file["type"] == "video" {
            let all = format!("project/{PROJECT}/video/{}/instance/buffer/start/0/end/1000/list", file["id"]);
            let frames = ask(&world, &all, json!({})).await;
            let frames = frames["instance_buffer_dict"].as_object().expect("frames").values();
            frames.flat_map(|list| list.as_array().expect("annotations").clone()).collect()
        } else {
            let path = format!("project/{PROJECT}/file/{}/annotation/list", file["id"]);
            let drawn = ask(&world, &path, json!({})).await;
            drawn["file_serialized"]["instance_list"].as_array().expect("annotations").clone()
        };
        let mut on_it = BTreeSet::new();
        for one in &drawn {
            if one["soft_delete"] == true {
                continue;
            }
            if let Some(name) = one["label_file"]["label"]["name"].as_str() {
                on_it.insert(name.to_owned());
            }
            scores += u64::from(one["score"].is_number() && !one["model_run_id"].is_null());
        }
        for name in on_it {
            *labels.entry(name).or_insert(0_u64) += 1;
        }
    }

    // What the portal says.
    let facets = rita.get(&format!("/api/files/facets?q=dataset:{DATASET}")).await.json();
    assert_eq!(facets["total"].as_u64(), listed["metadata"]["file_count"].as_u64());
    assert_eq!(facets["total"].as_u64(), u64::try_from(files.len()).ok());
    assert_eq!(counts(&facets, "types"), types);
    assert_eq!(counts(&facets, "labels"), labels);
    let scored: u64 = facets["scores"].as_array().expect("classes").iter().filter_map(Value::as_u64).sum();
    assert_eq!(scored, scores);
    assert!(types.len() > 1 || files.len() > 10, "worth counting: {types:?}");
    assert!(labels.len() > 1 && scores > 10, "worth counting: {labels:?}, {scores} scores");
}
