//! A server that gives one answer and keeps what it was asked.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, StatusCode, Uri, header},
};
use portal_diffgram::{Client, ClientConfig, ProjectClient};
use portal_model::id::ProjectId;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

/// The key that the tests use. Colons in the secret must survive.
pub(crate) const CLIENT_ID: &str = "LIVE__w1b2c3d4";
pub(crate) const SECRET: &str = "s3cret:with:colons";

/// One recorded call.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) name: &'static str,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Value,
    pub(crate) body: Value,
    pub(crate) answer: Answer,
}

impl Recording {
    /// `name` is folder and file without its ending.
    pub(crate) fn read(name: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name).with_extension("json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{name}: {why}"));
        let whole: Value = serde_json::from_str(&text).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (request, response) = (&whole["request"], &whole["response"]);
        Self {
            name,
            method: text(&request["method"]),
            path: text(&request["path"]),
            query: request["query"].clone(),
            body: request["body"].clone(),
            answer: Answer::recorded(response),
        }
    }

    /// The answer's body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.answer.body).unwrap()
    }
}

/// What the server says.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    fn recorded(response: &Value) -> Self {
        let headers = response["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
        Self {
            status: response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default(),
            headers: headers.collect(),
            body: match &response["body"] {
                // Pages and bare texts.
                Value::String(text) => Bytes::from(text.clone()),
                json => Bytes::from(json.to_string()),
            },
        }
    }

    pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![("content-type".into(), "application/json".into())], body: body.into() }
    }

    pub(crate) fn page(status: u16, body: &'static str) -> Self {
        let headers = vec![("content-type".into(), "text/html; charset=utf-8".into())];
        Self { status, headers, body: Bytes::from_static(body.as_bytes()) }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

#[derive(Debug, Default)]
struct Inner {
    /// In turn; the last one stays.
    answers: Vec<Answer>,
    seen: Vec<Seen>,
}

type Shared = Arc<Mutex<Inner>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running server; ends when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    url: url::Url,
    shared: Shared,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(answer: Answer) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let shared = Shared::default();
        lock(&shared).answers = vec![answer];
        let router = Router::new().fallback(reply).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    pub(crate) fn answer(&self, answer: Answer) {
        lock(&self.shared).answers = vec![answer];
    }

    pub(crate) fn answers(&self, answers: Vec<Answer>) {
        lock(&self.shared).answers = answers;
    }

    /// The requests since the last look.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut lock(&self.shared).seen)
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(ClientConfig::new(self.url.clone())).unwrap()
    }

    pub(crate) fn project(&self) -> ProjectClient {
        project(&self.client())
    }

    pub(crate) fn config(&self) -> ClientConfig {
        ClientConfig::new(self.url.clone())
    }
}

/// `rec-demo`, as the recordings call it.
pub(crate) fn project(client: &Client) -> ProjectClient {
    client.project(ProjectId("rec-demo".into()), CLIENT_ID.into(), SECRET.to_owned().into())
}

/// A configuration for a server that is not HTTP's friend.
pub(crate) fn config_for(listener: &TcpListener, timeout: Duration) -> ClientConfig {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    ClientConfig { timeout, ..ClientConfig::new(url) }
}

async fn reply(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut inner = lock(&shared);
    inner.seen.push(Seen { method, uri, headers, body });
    let answer = if inner.answers.len() > 1 { inner.answers.remove(0) } else { inner.answers[0].clone() };
    drop(inner);
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap();
    for (name, value) in &answer.headers {
        let name: header::HeaderName = name.parse().unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
