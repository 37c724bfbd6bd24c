//! A running stand-in, somebody of each kind to ask it, and somebody to take its webhooks.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use portal_demo::{
    diffgram::{Keys, Options, StandIn},
    people::{ACME, GLOBEX},
};
use reqwest::{Client, Method, header};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::compare::Reply;

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    Nobody,
    /// Nobody, with an agent that begins with "python".
    Python,
    /// The key of the first project.
    Key,
    WrongSecret,
    UnknownKey,
    /// A bearer token, which nobody takes.
    Bearer,
    /// Admin of the first project.
    Admin,
    /// Annotator in the first project.
    Annotator,
    /// Member of the other project only.
    Outsider,
    /// A made-up cookie.
    Forged,
    /// The admin's cookie, and a wrong key: the key wins.
    AdminWithWrongKey,
}
impl Who {
    /// Whose cookie, if a person's.
    fn email(self) -> Option<&'static str> {
        match self {
            Self::Admin | Self::AdminWithWrongKey => Some("alex@acme.example"),
            Self::Annotator => Some("ana@acme.example"),
            Self::Outsider => Some("gus@globex.example"),
            _ => None,
        }
    }
}

pub(crate) fn recording(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../diffgram/recorded").join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{name}: {why}"));
    serde_json::from_str(&text).unwrap()
}

/// A running stand-in with somebody of each kind.
pub(crate) struct Stage {
    pub(crate) diffgram: StandIn,
    http: Client,
    cookies: HashMap<&'static str, String>,
    /// A picture's file and its task, and a video's file.
    pub(crate) ids: (i64, i64, i64),
}

impl Stage {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let diffgram = StandIn::start(listener, options).unwrap();
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut cookies = HashMap::new();
        for email in ["alex@acme.example", "ana@acme.example", "gus@globex.example"] {
            let answer =
                http.post(format!("{}/user/login", diffgram.url)).form(&[("person", email)]).send().await.unwrap();
            let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
            cookies.insert(email, cookie.split(';').next().unwrap().to_owned());
        }
        let tasks = diffgram.tasks_of("ana@acme.example");
        let of = |ending: &str| tasks.iter().find(|(_, _, name, _)| name.ends_with(ending)).unwrap();
        let ids = (of(".jpg").1, of(".jpg").0, of(".mp4").1);
        Self { diffgram, http, cookies, ids }
    }

    /// The recorded request, with the stand-in's project and ids.
    pub(crate) fn path(&self, recorded: &str) -> String {
        let (picture, task, video) = self.ids;
        let mut path = recorded.replace("rec-demo", ACME).replace("other-proj", GLOBEX);
        for file in [5, 6] {
            path = path.replace(&format!("/file/{file}/"), &format!("/file/{picture}/"));
        }
        for recorded in 1..=8 {
            path = path.replace(&format!("/task/{recorded}/"), &format!("/task/{task}/"));
        }
        // The job that has people here.
        path = path.replace("/job/1/members-list", "/job/5/members-list");
        path = path.replace("/instance/1/", &format!("/instance/{}/", picture * 1000));
        path.replace("/video/17/", &format!("/video/{video}/"))
    }

    pub(crate) fn body(&self, recorded: &Value) -> Value {
        let (picture, task, video) = self.ids;
        let mut body = recorded.clone();
        let Some(map) = body.as_object_mut() else { return body };
        for (key, value) in map.iter_mut() {
            match (key.as_str(), value.as_i64()) {
                ("file_id", Some(5 | 6)) => *value = json!(picture),
                ("file_id", Some(17)) => *value = json!(video),
                ("task_id", Some(2)) => *value = json!(task),
                ("directory_id", Some(3)) => *value = json!(11),
                ("project_string_id", _) => *value = json!(ACME),
                ("schema_id", Some(3)) => *value = json!(1),
                ("label_file_list", _) => {
                    // Recorded from 1, here from 900.
                    for label in value.as_array_mut().into_iter().flatten() {
                        label["id"] = json!(label["id"].as_i64().unwrap() + 899);
                    }
                }
                ("metadata", _) => *value = self.body(value),
                _ => {}
            }
        }
        body
    }

    /// Asks, and gives status, media type and body.
    pub(crate) async fn ask(&self, who: Who, method: Method, path: &str, query: &Value, body: Option<String>) -> Reply {
        let mut request = self.http.request(method, format!("{}{path}", self.diffgram.url));
        if let Some(pairs) = query.as_object().filter(|pairs| !pairs.is_empty()) {
            request = request.query(pairs);
        }
        let Keys { client_id, client_secret } = &self.diffgram.keys[ACME];
        let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let key = match who {
            Who::Key => Some(basic(client_id, client_secret)),
            Who::WrongSecret | Who::AdminWithWrongKey => Some(basic(client_id, "wrong")),
            Who::UnknownKey => Some(basic("LIVE__unknown", client_secret)),
            Who::Bearer => Some(format!("Bearer {client_secret}")),
            _ => None,
        };
        if let Who::Python = who {
            request = request.header(header::USER_AGENT, "python-requests/2.31.0");
        }
        if let Who::Forged = who {
            request = request.header(header::COOKIE, "session=1.0000");
        }
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, key);
        }
        if let Some(email) = who.email() {
            request = request.header(header::COOKIE, &self.cookies[email]);
        }
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        let answer = request.send().await.unwrap();
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        Reply {
            status: answer.status(),
            kind: kind.unwrap_or_default().split(';').next().unwrap_or_default().to_owned(),
            body: answer.text().await.unwrap(),
        }
    }

    /// The differences between a recording and what the stand-in says to the same request.
    pub(crate) async fn differences(&self, who: Who, name: &str) -> Vec<String> {
        let recorded = recording(name);
        let request = &recorded["request"];
        let method = request["method"].as_str().unwrap().parse().unwrap();
        let path = self.path(request["path"].as_str().unwrap());
        let body = match &request["body"] {
            Value::Null => None,
            Value::Object(raw) if raw.contains_key("raw") => raw["raw"].as_str().map(str::to_owned),
            body => Some(self.body(body).to_string()),
        };
        // The recorded schema is the stand-in's first.
        let mut query = request["query"].clone();
        if query["schema_id"] == 3 {
            query["schema_id"] = json!(1);
        }
        self.ask(who, method, &path, &query, body).await.differences(&recorded["response"])
    }
}

/// Takes webhooks.
pub(crate) struct Hooks {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<(String, Value)>>>,
    task: JoinHandle<()>,
}

impl Drop for Hooks {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Hooks {
    pub(crate) async fn start() -> Self {
        let came = Arc::new(Mutex::new(Vec::new()));
        let kept = came.clone();
        let take = move |headers: header::HeaderMap, body: String| async move {
            let agent = headers[header::USER_AGENT].to_str().unwrap().to_owned();
            kept.lock().unwrap().push((agent, serde_json::from_str(&body).unwrap()));
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/hook", axum::routing::post(take));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, came, task }
    }

    pub(crate) async fn wait_for(&self, count: usize) -> Vec<(String, Value)> {
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(25)).await;
            if self.came.lock().unwrap().len() >= count {
                break;
            }
        }
        // One too many would come now.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let came = self.came.lock().unwrap().clone();
        assert_eq!(came.len(), count, "{came:?}");
        came
    }
}
