//! `GET /api/events`: what changes, as it happens (server-sent events).

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::Stream;
use portal_model::{
    api::event::{self, Gone},
    id::ProjectId,
};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    app::App,
    events::{Happening, Listening, Numbered},
    policy::{Scope, Seen},
    session::{claims::fold_email, person::Person},
};

/// A comment at least this often, so that no proxy takes the stream for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How long browsers wait before they come back, in milliseconds; spread by them and by us.
const RETRY: std::ops::Range<u64> = 1_000..3_000;

/// Streams the person's changes until their session ends.
#[utoipa::path(
    get,
    operation_id = "streamEvents",
    path = "/api/events",
    tag = "events",
    params(
        ("last-event-id" = Option<String>, Header, description = "Where an earlier stream ended"),
        ("last_event_id" = Option<String>, Query, description = "The same, for a tab that goes on where another tab's stream ended"),
    ),
    responses(
        (status = 200, description = "Server-sent events: task, gone, other, resync, freshness, signed_out", content_type = "text/event-stream"),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn events(
    State(app): State<App>,
    headers: HeaderMap,
    Query(begin): Query<Begin>,
    person: Person,
) -> Response {
    // The header is the browser's own, when a stream that it opened broke: it is later than the address.
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let last = header.or(begin.last_event_id);
    let mut response =
        Sse::new(stream(app, person, last)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Where a stream begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Begin {
    last_event_id: Option<String>,
}

fn stream(app: App, person: Person, last: Option<String>) -> impl Stream<Item = Result<Event, Infallible>> {
    async_stream::stream! {
        let mut ended = app.sessions.ended();
        let scope = app.policy.scope(&person);
        let projects: Vec<ProjectId> = scope.projects().cloned().collect();
        let me = person.email.as_deref().and_then(fold_email);
        let looking = looks_until(&app, &person);
        tokio::pin!(looking);
        let Listening { mut receiver, missed, now } = app.events.listen(last.as_deref());
        let retry = Duration::from_millis(rand::random_range(RETRY));
        match missed {
            Some(missed) => {
                yield Ok(Event::default().retry(retry).comment("hello"));
                for happening in missed {
                    if let Some(event) = event_for(&app, &scope, &projects, &happening).await {
                        yield Ok(event);
                    }
                }
            }
            None => yield Ok(named(event::RESYNC, &serde_json::json!({})).retry(retry)),
        }
        // Every stream gets an id to come back with, also one to which nothing happens (CLI-02). Without data no page sees it.
        yield Ok(Event::default().id(app.events.id(now)));
        if let Some(event) = freshness(&app, &projects) {
            yield Ok(event);
        }
        loop {
            tokio::select! {
                over = ended.recv() => match over {
                    Ok(key) if key != person.session => {}
                    // It ended, or so many did that ours may be among them: the page asks again.
                    _ => {
                        yield Ok(named(event::SIGNED_OUT, &serde_json::json!({})));
                        return;
                    }
                },
                happening = receiver.recv() => match happening {
                    Ok(Numbered { what: Happening::Members(moved), number })
                        if me.as_ref().is_some_and(|me| moved.contains(me)) =>
                    {
                        // Who they are in their projects is not what it was: whoever comes back is looked at anew.
                        yield Ok(named(event::RESYNC, &serde_json::json!({})).id(app.events.id(number)));
                        return;
                    }
                    Ok(happening) => {
                        if let Some(event) = event_for(&app, &scope, &projects, &happening).await {
                            yield Ok(event);
                        }
                    }
                    Err(RecvError::Lagged(_)) => yield Ok(named(event::RESYNC, &serde_json::json!({}))),
                    Err(RecvError::Closed) => return,
                },
                // Another pair of eyes: the page asks again who it is.
                () = &mut looking => {
                    yield Ok(named(event::SIGNED_OUT, &serde_json::json!({})));
                    return;
                }
                () = app.stop.cancelled() => return,
            }
        }
    }
}

/// Waits until an admin does not look through this person's eyes any more; for ever when nobody does.
async fn looks_until(app: &App, person: &Person) {
    let until = person.seen_by.as_ref().and_then(|seen| seen.until.0.parse::<jiff::Timestamp>().ok());
    let Some(until) = until else { return std::future::pending().await };
    let left = until.duration_since(app.clock.now());
    tokio::time::sleep(left.try_into().unwrap_or_default()).await;
}

/// The happening as this person may hear it.
async fn event_for(app: &App, scope: &Scope, projects: &[ProjectId], happening: &Numbered) -> Option<Event> {
    let id = app.events.id(happening.number);
    match &happening.what {
        Happening::Freshness => Some(freshness(app, projects)?.id(id)),
        Happening::Members(_) => None,
        Happening::Many(project) => {
            projects.contains(project).then(|| named(event::RESYNC, &serde_json::json!({})).id(id))
        }
        Happening::Task(change) => match scope.sees(change).await {
            Ok(Seen::Task(row)) => Some(named(event::TASK, &row).id(id)),
            Ok(Seen::Gone(task)) => Some(named(event::GONE, &Gone { id: task }).id(id)),
            Ok(Seen::Other(task)) => Some(named(event::OTHER, &Gone { id: task }).id(id)),
            Ok(Seen::Nothing) => None,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "events.unreadable");
                Some(named(event::RESYNC, &serde_json::json!({})))
            }
        },
    }
}

fn freshness(app: &App, projects: &[ProjectId]) -> Option<Event> {
    // Somebody without a project hears nothing of anybody's.
    (!projects.is_empty()).then(|| named(event::FRESHNESS, &app.sync.freshness(projects.iter())))
}

fn named(name: &str, data: &impl Serialize) -> Event {
    // These types always become JSON.
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_default())
}
