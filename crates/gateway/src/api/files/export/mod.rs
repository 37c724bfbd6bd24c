//! `GET` and `POST /api/files/export`: the files of a query, or some of them, as a file to keep. Written while it is sent: a page of
//! files at a time is read, in the person's scope as it is then, and nothing but the list of ids is held.

mod coco;
mod csv;
mod lines;
mod stream;

use std::collections::HashSet;

use axum::{
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::{
    api::{
        audit::Outcome,
        explorer::{EXPORT_FILES, ExportFormat, ExportOrder, ExportQuery},
    },
    id::FileId,
    problem::ProblemType,
};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use self::stream::{Page, Writer};
use super::list::read_query;
use crate::{
    api::tasks::Error,
    app::App,
    audit::{Actor, Audit, Intent, Line},
    body::JsonBody,
    clock::wire,
    problem::Reply,
    session::person::Person,
    shell::request_id_of,
};

/// So many are written at once, for everybody together.
pub const AT_ONCE: usize = 4;

/// Writes down all files of a query.
#[utoipa::path(
    get,
    operation_id = "exportFiles",
    path = "/api/files/export",
    tag = "files",
    params(ExportQuery),
    responses((status = 200, description = "The file, as a stream", body = String), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn get(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    query: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, Reply> {
    let Query(ExportQuery { q, format }) = query.map_err(|error| Reply::invalid(&error.body_text()))?;
    write(app, person, &headers, ExportOrder { q, format, ids: Vec::new(), but: true }).await
}

/// Writes down some files of a query. Changes nothing: it is a `POST` because many ids fit into no address.
#[utoipa::path(
    post,
    operation_id = "exportChosenFiles",
    path = "/api/files/export",
    tag = "files",
    request_body = ExportOrder,
    responses((status = 200, description = "The file, as a stream", body = String), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn post(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    JsonBody(order): JsonBody<ExportOrder>,
) -> Result<Response, Reply> {
    write(app, person, &headers, order).await
}

async fn write(app: App, person: Person, headers: &HeaderMap, order: ExportOrder) -> Result<Response, Reply> {
    let query = read_query(&order.q).map_err(reply)?;
    let place = app.exports.clone().try_acquire_owned().map_err(|_| {
        Reply::new(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemType::RateLimited,
            "Too many exports",
            "Others are being written right now. Try again in a moment.",
        )
    })?;
    let mut ids =
        app.policy.scope(&person).file_ids(&query, app.clock.now()).await.map_err(|error| reply(error.into()))?;
    let named: HashSet<i64> = order.ids.iter().map(|FileId(id)| *id).collect();
    ids.retain(|id| named.contains(id) != order.but);
    let request_id = request_id_of(headers);
    let told = Told::begin(&app, &person, &order, ids.len(), request_id, place).await?;
    let date = wire(app.clock.now()).0.get(..10).unwrap_or_default().to_owned();
    let count = ids.len();
    let writer: Box<dyn Writer> = match order.format {
        ExportFormat::Csv => Box::new(csv::Csv::new(app.config.public_url.clone())),
        ExportFormat::Jsonl => Box::new(lines::Lines::new(app.config.public_url.clone())),
        ExportFormat::Ids => Box::new(lines::Ids),
        ExportFormat::Coco => Box::new(coco::Coco::default()),
    };
    let read = move |page: Vec<i64>| {
        let (app, person) = (app.clone(), person.clone());
        // What they may see is asked anew for each page.
        async move { Page::read(&app.policy.scope(&person), &page).await }
    };
    let body = Body::from_stream(stream::written(ids, writer, read, move || told.done()));
    let kind = match order.format {
        ExportFormat::Csv => "text/csv; charset=utf-8; header=present",
        ExportFormat::Jsonl => "application/jsonl; charset=utf-8",
        ExportFormat::Coco => "application/json",
        ExportFormat::Ids => "text/plain; charset=utf-8",
    };
    // Nothing of the query is in the name: it is only letters, digits and what the clock says.
    let name = format!("attachment; filename=\"files-{date}.{}\"", order.format.extension());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static(EXPORT_FILES), HeaderValue::from(count)),
    ];
    Ok((headers, body).into_response())
}

/// Failures before the first byte are answers like any other.
fn reply(error: Error) -> Reply {
    match error {
        Error::Invalid(why) => Reply::invalid(&why),
        error => {
            tracing::error!(error = &error as &dyn std::error::Error, "export.failed");
            Reply::store_unavailable()
        }
    }
}

/// The lines of the audit about an export: one for each project whose files may be in it. Completed as done when all was written,
/// as incomplete when nobody took the rest.
struct Told {
    audit: Audit,
    lines: Vec<Line>,
    done: bool,
    _place: OwnedSemaphorePermit,
}

impl Told {
    async fn begin(
        app: &App,
        person: &Person,
        order: &ExportOrder,
        files: usize,
        request_id: Option<String>,
        place: OwnedSemaphorePermit,
    ) -> Result<Self, Reply> {
        let mut told = Self { audit: app.audit.clone(), lines: Vec::new(), done: false, _place: place };
        for membership in &person.memberships {
            let intent = Intent {
                project: &membership.project,
                action: "files.export",
                subject: format!("{files} files"),
                detail: json!({
                    "q": order.q,
                    "format": order.format,
                    "files": files,
                    // An admin who looks through somebody's eyes.
                    "seen_by": person.seen_by.as_ref().map(|seen| &seen.name),
                }),
                request_id: request_id.clone(),
            };
            let line = app.audit.begin(&Actor::Person(Box::new(person.clone())), intent).await;
            told.lines.push(line.map_err(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, "export.unaudited");
                Reply::store_unavailable()
            })?);
        }
        Ok(told)
    }

    fn done(mut self) {
        self.done = true;
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let (audit, lines) = (self.audit.clone(), std::mem::take(&mut self.lines));
        let outcome = if self.done { Outcome::Done } else { Outcome::Incomplete };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            for line in lines {
                if let Err(error) = audit.end(line, outcome, &()).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "export.line_open");
                }
            }
        });
    }
}
