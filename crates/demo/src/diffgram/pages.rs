//! The pages people see: signing in, and a task. Much simpler than the real ones; the task page reads the parameters that the
//! real one reads (`diffgram-api.md` §3.5) and says what it does with them.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    Inner, Shared, auth,
    data::{Drawn, FRAME_RATE, Picture, Task},
    files::url,
    lock, signon,
};
use crate::people::{PEOPLE, Person};

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const FOOT: &str = "<footer>A stand-in Diffgram, for demo and tests only.</footer>";

pub(super) fn page(title: &str, body: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/__standin/style.css\"><script type=\"module\" src=\"/__standin/task.js\"></script></head><body>{body}</body></html>"
    );
    let policy = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

/// Where signing in by a provider ends.
pub(super) async fn dashboard() -> Response {
    page("Diffgram", &format!("<main class=\"card\"><h1>Dashboard</h1><p>Welcome to Diffgram.</p>{FOOT}</main>"))
}

/// What every unknown GET gets: the single-page app, with 200 (`diffgram-api.md` §1.6).
pub(super) fn single_page() -> Response {
    Html("<!doctype html><html><head><title>Diffgram</title></head><body><div id=\"app\"></div></body></html>")
        .into_response()
}

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "style.css" => ([(header::CONTENT_TYPE, "text/css")], include_str!("../../media/standin.css")).into_response(),
        "task.js" => {
            ([(header::CONTENT_TYPE, "text/javascript")], include_str!("../../media/standin.js")).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Login {
    #[serde(default)]
    redirect: String,
    #[serde(default)]
    person: String,
}

pub(super) fn own_path(path: &str) -> &str {
    if path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\") { path } else { "/" }
}

/// Those who can sign in here.
pub(super) fn people() -> impl Iterator<Item = &'static Person> {
    PEOPLE.iter().filter(|person| person.member_of.is_some())
}

pub(super) async fn login(State(shared): State<Shared>, Query(login): Query<Login>) -> Response {
    if let Some(button) = signon::button(&lock(&shared)) {
        let body = format!("<main class=\"card\"><h1>Sign in to Diffgram</h1>{button}{FOOT}</main>");
        return page("Sign in to Diffgram", &body);
    }
    let buttons: String = people()
        .map(|person| {
            format!(
                "<button name=\"person\" value=\"{}\">{}<small>{}</small></button>",
                person.email,
                person.name(),
                person.email
            )
        })
        .collect();
    let redirect = escape(own_path(&login.redirect));
    page(
        "Sign in to Diffgram",
        &format!(
            "<main class=\"card\"><h1>Sign in to Diffgram</h1><p>Choose somebody. In a real install your company's sign-in stands here.</p>\
             <form method=\"post\"><input type=\"hidden\" name=\"redirect\" value=\"{redirect}\">{buttons}</form>{FOOT}</main>"
        ),
    )
}

pub(super) async fn sign_in(State(shared): State<Shared>, Form(login): Form<Login>) -> Response {
    let Some(person) = Person::by_email(&login.person) else { return StatusCode::BAD_REQUEST.into_response() };
    let cookie = format!("session={}; HttpOnly; Path=/", auth::session_value(&lock(&shared), person.user_id()));
    let mut response = Redirect::to(own_path(&login.redirect)).into_response();
    if let Ok(value) = cookie.parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// The parameters that the real page reads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskQuery {
    view_only: Option<String>,
    frame: Option<String>,
    instance: Option<String>,
    attribute_group: Option<String>,
    model_runs: Option<String>,
}

pub(super) async fn task(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(query): Query<TaskQuery>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let inner = lock(&shared);
    let Some(user) = auth::session(&inner, &headers) else {
        let to: String =
            url::form_urlencoded::byte_serialize(uri.path_and_query().map_or("/", |path| path.as_str()).as_bytes())
                .collect();
        return Redirect::to(&format!("/user/login?redirect={to}")).into_response();
    };
    let id: i64 = id.parse().unwrap_or_default();
    let task = inner.world.tasks.get(&id);
    let allowed = auth::task(&inner, &headers, id).is_ok();
    let Some(task) = task.filter(|_| allowed) else {
        let body = "<main class=\"card\"><h1>Invalid Permission</h1><p>Are you in the correct project?</p></main>";
        return (StatusCode::OK, page("Diffgram", body)).into_response();
    };
    task_page(&inner, task, user, &query)
}

fn boxes(drawn: &[Drawn], picture: &Picture, inner: &Inner) -> String {
    let shapes: String = drawn
        .iter()
        .filter(|drawn| drawn.prediction.is_none())
        .map(|drawn| {
            let colour = inner
                .world
                .labels
                .iter()
                .find(|(id, ..)| *id == drawn.label)
                .map_or("#fff", |(_, _, colour)| colour.as_str());
            let r = drawn.rect;
            format!(
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" stroke=\"{colour}\"/>",
                r.x_min,
                r.y_min,
                r.x_max - r.x_min,
                r.y_max - r.y_min
            )
        })
        .collect();
    format!(
        "<svg viewBox=\"0 0 {} {}\" fill=\"none\" stroke-width=\"2.5\">{shapes}</svg>",
        picture.width, picture.height
    )
}

fn task_page(inner: &Inner, task: &Task, user: i64, query: &TaskQuery) -> Response {
    let Some(file) = inner.world.files.get(&task.file) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let picture = &inner.world.pictures[file.picture];
    let name = escape(&file.name);
    let view_only = query.view_only.as_deref().is_some_and(|value| value != "false");
    let mut notes = Vec::new();
    let media = if !matches!(picture.kind, "image" | "video") {
        format!("<p>{}: shown by the real Diffgram</p>", picture.kind)
    } else if picture.kind == "video" {
        // Not a number: NaN at the real page; past the end: an empty canvas.
        let frame = query.frame.as_deref().map_or(Some(0), |text| text.parse::<i64>().ok());
        match frame {
            Some(frame) if frame < picture.frame_count => {
                notes.push(format!("Frame {frame} / {}", picture.frame_count - 1));
                #[expect(clippy::cast_precision_loss, reason = "a few thousand at the most")]
                let at = frame as f64 / FRAME_RATE as f64;
                let drawn = u32::try_from(frame)
                    .ok()
                    .and_then(|frame| picture.frames.get(&frame))
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                format!(
                    "<video src=\"{}#t={at:.4}\" muted></video>{}",
                    escape(&url(inner, task.file, "full")),
                    boxes(drawn, picture, inner)
                )
            }
            frame => {
                notes.push(frame.map_or_else(
                    || "Frame NaN".into(),
                    |frame| format!("Frame {frame} / {}: End of Video", picture.frame_count - 1),
                ));
                String::new()
            }
        }
    } else {
        format!(
            "<img src=\"{}\" alt=\"{name}\">{}",
            escape(&url(inner, task.file, "full")),
            boxes(&inner.world.boxes_of(task.file, file), picture, inner)
        )
    };
    if view_only {
        notes.push("Read only".into());
    }
    for (what, given) in
        [("instance", &query.instance), ("attribute_group", &query.attribute_group), ("model_runs", &query.model_runs)]
    {
        if given.is_some() {
            notes.push(format!("{what} has no visible effect, as in the real page"));
        }
    }
    let notes: String = notes.iter().map(|note| format!("<li>{}</li>", escape(note))).collect();
    let who = PEOPLE.iter().find(|person| person.user_id() == user).map(Person::name).unwrap_or_default();
    let buttons = match task.status.as_str() {
        _ if view_only => String::new(),
        "in_review" | "review_requested" => "<button data-action=\"approve\">Approve</button><button data-action=\"request_change\">Request changes</button>".into(),
        "complete" => String::new(),
        _ => "<button data-action=\"complete\">Complete</button>".to_owned(),
    };
    page(
        &format!("{} · Diffgram", file.name),
        &format!(
            "<header><b>Diffgram</b> <span>Task {}</span> <span class=\"grow\"></span><span>{}</span></header><main class=\"task\" data-task=\"{}\">\
             <h1><bdi>{name}</bdi></h1><p>Status: <strong id=\"status\">{}</strong></p><ul>{notes}</ul><div class=\"stage\">{media}</div>\
             <div class=\"actions\">{buttons}</div><p id=\"said\" role=\"status\"></p>{FOOT}</main>",
            task.id,
            escape(&who),
            task.id,
            escape(&task.status),
        ),
    )
}
