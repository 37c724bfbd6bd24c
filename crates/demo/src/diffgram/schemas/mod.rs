//! Schemas and their attributes, as Diffgram's source and recordings have them (`diffgram-api.md` §7): full replacement, no checks
//! that Diffgram does not make, and every oddity.

mod attributes;
mod demo;
mod labels;
mod limit;
mod list;
mod new;
mod options;
mod table;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, patch, post},
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::{Inner, Shared, lock, refuse};
pub(super) use limit::Limit;
pub(super) use list::labels;
pub(super) use table::{Schemas, all_schemas, everything};

/// Who may change attributes, and who may read them (`attribute.py:11`, `attribute_template_list.py:9`).
const WRITERS: &[&str] = &["admin", "Editor"];
const READERS: &[&str] = &["admin", "Editor", "Viewer"];

/// How writes to attributes fail, for tests of what is half done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Break {
    /// Nothing is done, and the answer is a 503.
    Before,
    /// It is done, and the answer gets lost.
    After,
}

/// Writes to attributes that still go well, and how the others fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Breaks {
    pub(super) after: usize,
    pub(super) how: Break,
}

pub(super) fn routes(shared: &Shared) -> Router<Shared> {
    let writes = Router::new()
        .route("/api/v1/project/{p}/attribute/group/update", post(attributes::update))
        .route("/api/v1/project/{p}/attribute", post(options::write))
        .route("/api/v1/project/{p}/attribute/group/new", post(attributes::new))
        .route("/api/v1/project/{p}/label/new", post(labels::new))
        .route("/api/v1/project/{p}/labels-schema/new", post(new::new))
        .route("/api/v1/project/{p}/labels-schema/{id}/update", patch(new::update))
        .route_layer(middleware::from_fn_with_state(shared.clone(), breaking));
    Router::new()
        .route("/api/v1/project/{p}/labels-schema", get(list::schemas))
        .route("/api/v1/project/{p}/attribute/template/list", post(attributes::list))
        .merge(writes)
}

/// A connection that breaks: a body that fails at once.
pub(super) fn broken() -> Response {
    let broken = futures::stream::once(async { Err::<Bytes, _>(std::io::Error::other("gone")) });
    ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(broken)).into_response()
}

/// Counts a write that was made, whether or not its answer arrives.
async fn counted(shared: &Shared, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    lock(shared).writes += usize::from(answer.status().is_success());
    answer
}

async fn breaking(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let how = match &mut lock(&shared).breaks {
        None => None,
        Some(breaks) if breaks.after > 0 => {
            breaks.after -= 1;
            None
        }
        Some(breaks) => Some(breaks.how),
    };
    match how {
        None => counted(&shared, request, next).await,
        Some(Break::Before) => {
            (StatusCode::SERVICE_UNAVAILABLE, Html("<h1>503 Service Unavailable</h1>")).into_response()
        }
        Some(Break::After) => {
            counted(&shared, request, next).await;
            broken()
        }
    }
}

/// What `regular_input` says about fields that must be there: of a kind, and texts not empty (`diffgram-api.md` §1.6).
fn required(body: &Value, spec: &[(&str, Kind)]) -> Result<(), Response> {
    let mut wrong: Vec<(&str, String)> = Vec::new();
    for (name, kind) in spec {
        let why = match (&body[*name], kind) {
            (Value::Null, _) => format!("Missing {name}"),
            (Value::String(text), Kind::Text) if text.is_empty() => {
                format!("String {name} must not be of length zero.")
            }
            (Value::String(_), Kind::Text) | (_, Kind::Any) => continue,
            (value, Kind::Number) if value.is_i64() || value.is_boolean() => continue,
            (Value::Bool(_), Kind::Flag) => continue,
            (_, Kind::Text) => "Must be string".to_owned(),
            (_, Kind::Flag) => "Must be a boolean".to_owned(),
            (_, Kind::Number) => "Must be an int".to_owned(),
        };
        wrong.push((name, why));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let fields: Vec<(&str, &str)> = wrong.iter().map(|(name, why)| (*name, why.as_str())).collect();
    Err(refuse(&fields))
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Number,
    Flag,
    Any,
}

impl Inner {
    fn project_number(&self, project: usize) -> i64 {
        self.world.projects[project].number
    }
}
