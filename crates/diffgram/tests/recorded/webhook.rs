//! The recorded webhook (WHK-08): a token in the body, ids, nothing else to trust.

use portal_diffgram::webhook::{Hook, HookError, read};
use portal_model::id::{FileId, JobId, TaskId};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::server::Recording;

const TOKEN: &str = "hook-token-8d1f";

/// The recorded body; its token was redacted.
fn body() -> Value {
    let mut body = Recording::read("14-actions/90-webhook-received").body;
    body["token"] = json!(TOKEN);
    body
}

fn token() -> SecretString {
    TOKEN.to_owned().into()
}

fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

#[test]
fn whk_08_the_recorded_hook_reads() {
    let hook = read(&bytes(&body()), &token()).unwrap();
    let second = Hook { kind: "task_completed".into(), task: Some(TaskId(8)), file: None, job: None, run: Some(6) };
    assert_eq!(hook, second);
    let mut first = body();
    (first["job_id"], first["file_id"]) = (json!(1), json!(12));
    assert_eq!(read(&bytes(&first), &token()).unwrap(), Hook { job: Some(JobId(1)), file: Some(FileId(12)), ..second });
}

#[test]
fn whk_08_a_wrong_or_missing_token_is_refused() {
    for wrong in [
        json!("hook-token-8d1g"),
        json!("hook-token-8d1"),
        json!("hook-token-8d1ff"),
        json!("HOOK-TOKEN-8D1F"),
        json!(""),
        json!("REDACTED"),
        json!(null),
        json!(0),
        json!(true),
        json!([TOKEN]),
        json!({"token": TOKEN}),
    ] {
        let mut body = body();
        body["token"] = wrong.clone();
        assert!(matches!(read(&bytes(&body), &token()), Err(HookError::WrongToken)), "{wrong}");
    }
    let mut without = body();
    without.as_object_mut().unwrap().remove("token");
    assert!(matches!(read(&bytes(&without), &token()), Err(HookError::WrongToken)));
}

/// An empty token would let everybody in who sends none.
#[test]
fn whk_08_an_empty_configured_token_lets_nobody_in() {
    let nothing = SecretString::from(String::new());
    for wrong in [json!(""), json!(null), json!("x")] {
        let mut body = body();
        body["token"] = wrong;
        assert!(matches!(read(&bytes(&body), &nothing), Err(HookError::WrongToken)));
    }
}

#[test]
fn whk_08_what_is_no_object_is_no_hook() {
    for bad in ["", "null", "[]", "\"token\"", "12", "{", "token=hook-token-8d1f", "\u{feff}{}"] {
        assert!(matches!(read(bad.as_bytes(), &token()), Err(HookError::NotJson)), "{bad}");
    }
    assert!(matches!(read(&[0xff, 0xfe, 0x00], &token()), Err(HookError::NotJson)));
}

#[test]
fn ups_04_a_cut_hook_is_refused_wherever_it_is_cut() {
    let whole = bytes(&body());
    for at in 0..whole.len() {
        assert!(matches!(read(&whole[..at], &token()), Err(HookError::NotJson)), "cut at {at}");
    }
}

#[test]
fn ups_07_a_wrong_type_leaves_out_that_one_thing() {
    let whole = body();
    let hook = read(&bytes(&whole), &token()).unwrap();
    for key in whole.as_object().unwrap().keys().filter(|key| *key != "token") {
        for wrong in [json!("x"), json!(-1), json!(1.5), json!([]), json!({}), json!(true), json!(u64::MAX)] {
            let mut body = whole.clone();
            body[key] = wrong.clone();
            let read = read(&bytes(&body), &token()).unwrap_or_else(|why| panic!("{wrong} as {key}: {why}"));
            let mut expected = hook.clone();
            match key.as_str() {
                "kind" => expected.kind = wrong.as_str().unwrap_or_default().to_owned(),
                "task_id" => expected.task = None,
                "action_run_id" => expected.run = None,
                _ => {}
            }
            assert_eq!(read, expected, "{wrong} as {key}");
        }
    }
}

#[test]
fn no_error_tells_the_token() {
    let mut body = body();
    body["token"] = json!("guess");
    let error = read(&bytes(&body), &token()).unwrap_err();
    let words = format!("{error} {error:?}");
    assert!(!words.contains(TOKEN) && !words.contains("guess"), "{words}");
}
