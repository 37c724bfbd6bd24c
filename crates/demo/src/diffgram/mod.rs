//! The stand-in Diffgram: the routes the portal uses, with the shapes, permissions and oddities of the recordings. For demo and
//! tests only. It may not be kinder than the real one; where the real one leaks (any member opens any task), so does this.

mod annotations;
mod auth;
mod control;
mod data;
mod datasets;
mod files;
mod hooks;
mod issues;
mod kinds;
mod large;
mod pages;
mod project;
mod schemas;
mod shapes;
mod signon;
mod tasks;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{people::GLOBEX, server::Server};
pub use data::Keys;
use data::World;
pub use issues::NewIssue;
pub use schemas::Break;

/// How the stand-in is sick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// Not at all.
    #[default]
    None,
    /// Connections break.
    Refuse,
    /// 503 with a page.
    Unavailable,
    /// 503 that asks for two seconds of rest.
    Busy,
    /// 429 that asks for two seconds of rest.
    Limited,
    /// 200 with a page, as a server in between answers.
    Html,
    /// Answers take very long.
    Slow,
    /// JSON that ends in the middle.
    Garbage,
}

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the portal takes webhooks, by project, with the token they carry.
    pub webhooks: HashMap<String, (String, String)>,
    /// Gives Ana this many tasks more.
    pub more_tasks: usize,
    /// This many picture files more, without tasks.
    pub more_files: usize,
    /// This many boxes on those files, at most forty on each.
    pub more_annotations: usize,
    /// A picture with ten thousand boxes and a clip with ten thousand frames.
    pub extremes: bool,
    /// People sign in by a provider of Diffgram's own, which loses where they were going.
    pub sign_on: bool,
}

/// A request that was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Method and path.
    pub what: String,
    /// Its `User-Agent`.
    pub user_agent: String,
    /// Its `X-Forwarded-For`.
    pub forwarded_for: Option<String>,
}

/// How many calls to the API there were, but for those on the second project.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Load {
    /// Under way.
    pub now: u32,
    /// At once at the most, since somebody asked last.
    pub peak: u32,
    /// Since somebody asked last.
    pub calls: u32,
}

impl Load {
    /// As it is; counting begins anew.
    fn take(&mut self) -> Self {
        std::mem::replace(self, Self { now: self.now, peak: self.now, calls: 0 })
    }
}

struct Inner {
    world: World,
    options: Options,
    outage: Outage,
    /// Each call to the API takes at least this long.
    latency: Duration,
    load: Load,
    webhooks_dropped: bool,
    /// Who is assigned to the task that somebody is assigned to next: before them, or after.
    rival: Option<(i64, bool)>,
    /// Whether people sign in by a provider of its own, which loses where they were going.
    sign_on: bool,
    /// How writes to attributes fail.
    breaks: Option<schemas::Breaks>,
    /// Changes of schemas and attributes that were made so far, by calls.
    writes: usize,
    /// How many attributes may be made.
    new_attributes: schemas::Limit,
    seen: VecDeque<Seen>,
    /// For signing cookies and storage URLs.
    secret: [u8; 32],
    base: String,
    http: reqwest::Client,
}

type Shared = Arc<Mutex<Inner>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running stand-in; ends when dropped.
pub struct StandIn {
    /// Scheme, host and port.
    pub url: String,
    /// The API keys of its projects.
    pub keys: HashMap<&'static str, Keys>,
    shared: Shared,
    _server: Server,
}

impl std::fmt::Debug for StandIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandIn").field("url", &self.url).finish_non_exhaustive()
    }
}

impl StandIn {
    /// Serves on an address that was bound before.
    ///
    /// # Errors
    /// When the pictures cannot be read or the address cannot be served.
    pub fn start(listener: TcpListener, options: Options) -> anyhow::Result<Self> {
        let base = format!("http://{}", listener.local_addr()?);
        let world = World::new(&options)?;
        let sign_on = options.sign_on;
        let keys = world.projects.iter().map(|project| (project.id, project.key.clone())).collect();
        let shared: Shared = Arc::new(Mutex::new(Inner {
            world,
            options,
            outage: Outage::None,
            latency: Duration::ZERO,
            load: Load::default(),
            webhooks_dropped: false,
            rival: None,
            sign_on,
            breaks: None,
            writes: 0,
            new_attributes: schemas::Limit::default(),
            seen: VecDeque::new(),
            secret: rand::random(),
            base: base.clone(),
            http: reqwest::Client::builder().user_agent("python-requests/2.31.0").build()?,
        }));
        let server = Server::start(listener, router(shared.clone()));
        Ok(Self { url: base, keys, shared, _server: server })
    }

    /// Makes it sick, or well again.
    pub fn outage(&self, outage: Outage) {
        lock(&self.shared).outage = outage;
    }

    /// Each call to its API takes at least this long from now on.
    pub fn latency(&self, latency: Duration) {
        lock(&self.shared).latency = latency;
    }

    /// How many calls to its API there were since this was asked last.
    #[must_use]
    pub fn load(&self) -> Load {
        lock(&self.shared).load.take()
    }

    /// Whether webhooks get lost from now on.
    pub fn drop_webhooks(&self, dropped: bool) {
        lock(&self.shared).webhooks_dropped = dropped;
    }

    /// Changes a task as somebody at Diffgram would, without any webhook.
    pub fn change(&self, task: i64, change: &TaskChange) {
        lock(&self.shared).world.change(task, change);
    }

    /// Adds a task of this person, as a launch does; returns its id and its file's id.
    #[must_use]
    pub fn add_task(&self, project: &str, name: &str, email: &str) -> (i64, i64) {
        lock(&self.shared).world.add_task_for(project, name, email)
    }

    /// Adds a task that nobody has to a job; returns its id and its file's id.
    #[must_use]
    pub fn add_open_task(&self, job: i64, name: &str) -> (i64, i64) {
        lock(&self.shared).world.add_open(job, name)
    }

    /// Puts these people on a job, and nobody else.
    pub fn put_on_job(&self, job: i64, emails: &[&str]) {
        let emails: Vec<String> = emails.iter().map(|email| (*email).to_owned()).collect();
        lock(&self.shared).world.put_on(job, &emails);
    }

    /// Somebody takes the next task that is assigned at the same time, in Diffgram's own page: just before, or just after.
    pub fn rival(&self, email: &str, before: bool) {
        lock(&self.shared).rival = crate::people::Person::by_email(email).map(|person| (person.user_id(), before));
    }

    /// A task as it is: its status and the addresses of its assignees, the first one first.
    #[must_use]
    pub fn task(&self, id: i64) -> Option<(String, Vec<&'static str>)> {
        let inner = lock(&self.shared);
        let task = inner.world.tasks.get(&id)?;
        let email = |user: &i64| crate::people::PEOPLE.iter().find(|p| p.user_id() == *user).map(|p| p.email);
        Some((task.status.clone(), task.assignees.iter().filter_map(email).collect()))
    }

    /// Ids of the tasks of a person: `(task, file, file name, status)`.
    #[must_use]
    pub fn tasks_of(&self, email: &str) -> Vec<(i64, i64, String, String)> {
        lock(&self.shared).world.tasks_of(email)
    }

    /// The files of a dataset: id and name.
    #[must_use]
    pub fn files_in(&self, dataset: &str) -> Vec<(i64, String)> {
        lock(&self.shared).world.files_in(dataset)
    }

    /// Takes a file out of a dataset, which changes nothing of the file (`sync-evidence.md` §4).
    pub fn take_out(&self, file: i64, dataset: &str) {
        lock(&self.shared).world.take_out(file, dataset);
    }

    /// A model predicts something more on a picture.
    pub fn predict(&self, file: i64, label: &str, run: &str, score: f64) {
        lock(&self.shared).world.predict(file, label, run, score);
    }

    /// Somebody opens an issue on a task; answers its id.
    #[must_use]
    pub fn open_issue(&self, new: &NewIssue) -> i64 {
        lock(&self.shared).world.open_issue(new)
    }

    /// Somebody closes an issue.
    pub fn close_issue(&self, id: i64) {
        lock(&self.shared).world.close_issue(id);
    }

    /// Whether people sign in by a provider of its own from now on.
    pub fn sign_on(&self, on: bool) {
        lock(&self.shared).sign_on = on;
    }

    /// Somebody edits an annotation of a picture; the id it has now.
    #[must_use]
    pub fn edit_annotation(&self, id: i64) -> Option<i64> {
        lock(&self.shared).world.edit_annotation(id)
    }

    /// After so many more writes to attributes the others fail, until this is called with `None`.
    pub fn break_writes(&self, after: Option<(usize, Break)>) {
        lock(&self.shared).breaks = after.map(|(after, how)| schemas::Breaks { after, how });
    }

    /// How many calls have changed schemas or attributes so far.
    #[must_use]
    pub fn schema_writes(&self) -> usize {
        lock(&self.shared).writes
    }

    /// From now on so many attributes may be made in so much time by one address; ten a day at the start, as at Diffgram.
    pub fn limit_attributes(&self, most: u32, window: Duration) {
        lock(&self.shared).new_attributes = schemas::Limit::new(most, window);
    }

    /// All schemas with their labels, archived ones too, as they are stored.
    #[must_use]
    pub fn schemas(&self) -> Vec<Value> {
        schemas::all_schemas(&lock(&self.shared))
    }

    /// All attributes with all their options, archived ones too, as they are stored.
    #[must_use]
    pub fn attributes(&self) -> Vec<Value> {
        schemas::everything(&lock(&self.shared))
    }

    /// Changes fields of an attribute as somebody at Diffgram would.
    pub fn edit_attribute(&self, id: i64, fields: &Value) {
        lock(&self.shared).world.schemas.edit(id, fields);
    }

    /// Gives an attribute so many options more.
    pub fn grow_attribute(&self, id: i64, more: usize) {
        lock(&self.shared).world.schemas.grow(id, more);
    }

    /// Requests to its API so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared).seen.iter().cloned().collect()
    }
}

/// What to change on a task; people by address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskChange {
    /// A new status.
    pub status: Option<String>,
    /// The new assignees, all of them.
    pub assignees: Option<Vec<String>>,
    /// The new reviewers, all of them.
    pub reviewers: Option<Vec<String>>,
}

fn router(shared: Shared) -> Router {
    let api = Router::new()
        .route("/api/status", get(|| async { json_text("true") }))
        .route("/api/project/{p}/view", get(project::view))
        .route("/api/project/{p}/share/list", get(project::members))
        .route("/api/project/{p}/labels", get(schemas::labels))
        .route("/api/v1/job/list", post(project::jobs))
        .route("/api/v1/project/{p}/model-runs/list", post(project::model_runs))
        .route("/api/v1/project/{p}/task/list", post(tasks::list::of_project))
        .route("/api/v1/job/{job}/task/list", post(tasks::list::of_job))
        .route("/api/v1/project/{p}/task/{id}/user/add", post(tasks::assign))
        .route("/api/v1/project/{p}/task/{id}/user/remove", post(tasks::unassign))
        .route("/api/v1/job/{job}/members-list", get(project::job_people))
        .route("/api/v1/task/{id}/complete", post(tasks::complete))
        .route("/api/v1/task/{id}/review", post(tasks::review))
        .route("/api/v1/task", post(tasks::by_id))
        .route("/api/v1/project/{p}/directory/list", post(datasets::list))
        .route("/api/project/{p}/user/{u}/file/list", post(datasets::files))
        .route("/api/v1/project/{p}/file/exists", post(datasets::exist))
        .route("/api/v1/file/view", post(files::view))
        .route("/api/project/{p}/file/{id}/get-signed-url", get(files::signed))
        .route("/api/project/{p}/file/{id}/annotation/list", post(annotations::of_file))
        .route("/api/v1/project/{p}/instance/{id}/history", post(annotations::history))
        .route("/api/configs/is-oauth2-set", get(signon::is_set))
        .route("/api/project/{p}/video/{id}/instance/buffer/start/{a}/end/{b}/list", post(annotations::of_frames))
        .route("/api/v1/project/{p}/file/{id}/child-files", get(kinds::children))
        .route("/api/v1/project/{p}/discussions/list", post(issues::list))
        .route("/api/v1/project/{p}/issues/{id}", get(issues::detail))
        .route("/api/v1/project/{p}/discussion/{id}/comments", post(issues::comments))
        .merge(schemas::routes(&shared))
        .method_not_allowed_fallback(not_found)
        .fallback(not_found)
        .layer(middleware::from_fn_with_state(shared.clone(), sick))
        .layer(middleware::from_fn_with_state(shared.clone(), watch));
    let pages = Router::new()
        .route("/storage/{*blob}", get(files::storage))
        .route("/user/login", get(pages::login).post(pages::sign_in))
        .route("/user/oauth2-login/", get(signon::back))
        .route("/home/dashboard", get(pages::dashboard))
        .route("/task/{id}", get(pages::task))
        .route("/__demo/provider", get(signon::provider))
        .route("/__demo/sign-on", post(control::sign_on))
        .route("/__demo/annotations/{id}", post(control::edit_annotation))
        .route("/__standin/{name}", get(pages::asset))
        .route("/__demo/outage", post(control::outage))
        .route("/__demo/latency", post(control::latency))
        .route("/__demo/load", post(control::load))
        .route("/__demo/webhooks", post(control::webhooks))
        .route("/__demo/tasks/{id}", post(control::change))
        .route("/__demo/tasks", get(control::tasks).post(control::add))
        .route("/__demo/attributes/{id}", post(control::edit_attribute))
        .route("/__demo/attributes/{id}/grow", post(control::grow_attribute))
        .route("/__demo/attributes", get(control::attributes))
        .route("/__demo/issues", post(control::open_issue))
        .route("/__demo/issues/{id}/close", post(control::close_issue))
        .route("/__demo/breaks", post(control::breaks))
        .route("/__demo/new-attributes", post(control::new_attributes))
        .route("/__demo/schemas", get(control::schemas))
        .route("/__demo/log", get(control::log));
    pages.merge(api).layer(axum::extract::DefaultBodyLimit::max(50 << 20)).with_state(shared)
}

/// JSON as Flask sends it, with Diffgram's headers (`diffgram-api.md` §1.7).
fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
    response
}

fn ok(body: &Value) -> Response {
    answer(StatusCode::OK, body)
}

fn json_text(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// `log` without errors. `success` is whatever the route says: it means nothing (§1.6).
fn log(success: bool) -> Value {
    json!({"error": {}, "info": {}, "success": success})
}

/// 400 with a reason per field.
fn refuse(fields: &[(&str, &str)]) -> Response {
    let error: serde_json::Map<String, Value> =
        fields.iter().map(|(field, why)| ((*field).to_owned(), json!(why))).collect();
    answer(StatusCode::BAD_REQUEST, &json!({"log": {"error": error, "info": {}, "success": false}}))
}

/// Any unhandled exception: the Python message and a trace.
fn crash(message: &str) -> Response {
    answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        &json!({"error": message, "trace": "Traceback (most recent call last): …"}),
    )
}

/// A database error, through the dispatcher: it takes the broken status line for an outage (recorded `05-labels/16`).
fn database_error() -> Response {
    let error = json!({"error": {"message": "Service is unreachable. Please check the connection to the https://diffgram.example service.", "port": 8080, "service": "http://service-host"}});
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "application/json")], error.to_string()).into_response()
}

/// The body as Diffgram reads it: a JSON object whatever the content type says; empty is an error (§1.6).
fn object(body: &Bytes) -> Result<Value, Response> {
    match serde_json::from_slice::<Value>(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(refuse(&[("input", "Expecting dict")])),
        Err(_) => Err(refuse(&[("input", "Expecting json in request")])),
    }
}

/// Unknown paths under `/api` are 405 with a text that is labelled JSON and is none; all other GETs get the page.
async fn not_found(request: Request) -> Response {
    if request.uri().path().starts_with("/api") {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::CONTENT_TYPE, "application/json")], "Not found.")
            .into_response();
    }
    pages::single_page().into_response()
}

async fn watch(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api") {
        return next.run(request).await;
    }
    // How much goes on at once is a promise per project: those of the other one would blur it.
    let counts = !request.uri().path().contains(GLOBEX);
    let _under_way = counts.then(|| Under::way(&shared));
    let latency = note(&shared, &request);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    next.run(request).await
}

/// Keeps what is asked for; answers how long every answer takes at least.
fn note(shared: &Shared, request: &Request) -> Duration {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let seen = Seen {
        what: format!("{} {}", request.method(), request.uri().path()),
        user_agent: text("user-agent").unwrap_or_default(),
        forwarded_for: text("x-forwarded-for"),
    };
    let mut inner = lock(shared);
    inner.seen.push_back(seen);
    if inner.seen.len() > 2_000 {
        inner.seen.pop_front();
    }
    inner.latency
}

/// What a server before Diffgram says when there is too much.
fn rest(status: StatusCode) -> Response {
    (status, [(header::RETRY_AFTER, "2")], Html("<h1>Later</h1>")).into_response()
}

/// Counts a call while it lasts, also when the caller goes away meanwhile.
struct Under(Shared);

impl Under {
    fn way(shared: &Shared) -> Self {
        let load = &mut lock(shared).load;
        load.now += 1;
        load.calls += 1;
        load.peak = load.peak.max(load.now);
        Self(shared.clone())
    }
}

impl Drop for Under {
    fn drop(&mut self) {
        lock(&self.0).load.now -= 1;
    }
}

async fn sick(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let outage = if request.uri().path().starts_with("/api") { lock(&shared).outage } else { Outage::None };
    match outage {
        Outage::None => next.run(request).await,
        Outage::Refuse => schemas::broken(),
        Outage::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, Html("<h1>503 Service Unavailable</h1>")).into_response()
        }
        Outage::Busy => rest(StatusCode::SERVICE_UNAVAILABLE),
        Outage::Limited => rest(StatusCode::TOO_MANY_REQUESTS),
        Outage::Html => pages::single_page().into_response(),
        Outage::Slow => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            next.run(request).await
        }
        Outage::Garbage => json_text("{\"log\": {\"error\": {}, \"info\""),
    }
}
