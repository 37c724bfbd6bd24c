//! What the page calls, besides signing in and out. One operation a file.

pub mod audit;
pub mod batches;
pub mod crashes;
pub mod events;
pub mod files;
pub mod news;
pub mod next;
pub mod people;
pub mod query_views;
pub mod reading;
pub mod schemas;
pub mod task_views;
pub mod tasks;
pub mod views;

use axum::{Router, extract::DefaultBodyLimit, routing};
use portal_model::api::{
    acting::path as acting, compare::path as compare, explorer::path as explorer, next::path as up_next, path,
    tasks::path as tasks_path,
};

use crate::{app::App, problem::Reply};

/// Fifty thousand options with long names and their places in a tree.
const LARGEST_DRAFT: usize = 32 << 20;

/// The operations that answer at once.
pub fn routes() -> Router<App> {
    Router::new()
        .route(path::TASKS, routing::get(tasks::list::list))
        .route(&format!("{}/{{id}}", path::TASKS), routing::get(tasks::get::get))
        .route(&format!("{}/{{id}}/frames", path::TASKS), routing::get(tasks::frames::frames))
        .route(tasks_path::TASK_FACETS, routing::get(tasks::facets::facets))
        .route(tasks_path::TASK_PLACES, routing::get(tasks::places::places))
        .route(&format!("{}/{{id}}/issues/{{issue}}", path::TASKS), routing::get(tasks::issue::get))
        .route("/api/files/{id}", routing::get(files::get::get))
        .route(portal_model::api::audit::PATH, routing::get(audit::list))
        .route(portal_model::api::reading::path::READING, routing::get(reading::get))
        .route(explorer::FILES, routing::get(files::list::list))
        .route(explorer::FILE_IDS, routing::get(files::ids::ids))
        .route(explorer::FILE_NAMES, routing::get(files::names::names))
        .route(explorer::FILE_FACETS, routing::get(files::facets::facets))
        .route("/api/files/key/{key}", routing::get(files::key::key))
        .route(compare::FILE_COMPARE, routing::get(files::compare::compare))
        .route(compare::FILE_COMPARE_CELL, routing::get(files::compare::cell))
        .route(explorer::FILE_EXPLAIN, routing::get(files::explain::explain))
        .route("/api/files/{id}/frames", routing::get(files::frames::frames))
        .route(explorer::VIEWS, routing::get(views::list::list).post(views::create::create))
        .route(&explorer::view("{id}"), routing::put(views::update::update).delete(views::delete::delete))
        .route(&explorer::view_pin("{id}"), routing::put(views::pin::put).delete(views::pin::delete))
        .route(explorer::QUERY_VIEWS, routing::get(query_views::list::list))
        .route(&explorer::query_view("{id}"), routing::put(query_views::put::put).delete(query_views::delete::delete))
        .route(up_next::UP_NEXT, routing::get(next::up_next::get))
        .route(up_next::CLAIMS, routing::post(next::take::post))
        .route(&format!("{}/{{task}}", up_next::CLAIMS), routing::delete(next::give_back::delete))
        .route(up_next::JOBS, routing::get(next::jobs::list))
        .route(&format!("{}/{{id}}/setting", up_next::JOBS), routing::put(next::jobs::put))
        .route(tasks_path::TASK_VIEWS, routing::get(task_views::list::list).post(task_views::create::create))
        .route(
            &tasks_path::task_view("{id}"),
            routing::put(task_views::update::update).delete(task_views::delete::delete),
        )
        .route(&tasks_path::task_view_pin("{id}"), routing::put(task_views::pin::put).delete(task_views::pin::delete))
        .route(acting::TASK_IDS, routing::get(tasks::ids::ids))
        .route(acting::PEOPLE, routing::get(people::list))
        .route(acting::NEWS, routing::get(news::list))
        .route(&acting::batch("{id}"), routing::get(batches::get::get))
        .route(&acting::retry("{id}"), routing::post(batches::retry::retry))
        .route(&acting::undo("{id}"), routing::post(batches::undo::undo))
        .route(path::CRASHES, routing::post(crashes::report))
        .route("/api/schemas/{id}/runs/{run}", routing::get(schemas::runs::get))
        .route("/api/schemas/{id}/versions", routing::get(schemas::versions::list))
        .route("/api/schemas/{id}/versions/{n}", routing::get(schemas::versions::get))
        .route("/api/schemas/{id}/attributes/{aid}", routing::get(schemas::attribute::get))
        .route("/api/schemas/{id}/attributes/{aid}/options.csv", routing::get(schemas::table::get))
        .route("/api/schemas/{id}/file", routing::get(schemas::file::get))
}

/// Changes of schemas: one call to Diffgram per option, so they may take long, and drafts of many options are large. Orders about
/// many tasks are large too.
pub fn edits() -> Router<App> {
    let schemas = Router::new()
        .route(portal_model::api::schemas::path::SCHEMAS, routing::get(schemas::list::list).post(schemas::create::post))
        .route("/api/schemas/{id}", routing::get(schemas::get::get).put(schemas::put::put))
        .route("/api/schemas/{id}/plan", routing::post(schemas::plan::post))
        .route("/api/schemas/{id}/apply", routing::post(schemas::apply::post))
        .route("/api/schemas/{id}/runs/{run}/resume", routing::post(schemas::runs::resume))
        .route("/api/schemas/{id}/runs/{run}/stop", routing::post(schemas::runs::stop))
        .route("/api/schemas/{id}/file", routing::post(schemas::file::post))
        .layer(DefaultBodyLimit::max(LARGEST_DRAFT));
    let others = Router::new()
        .route(acting::ASSIGNMENTS, routing::post(batches::create::create))
        .route("/api/schemas/{id}/attributes/{aid}", routing::put(schemas::edit::put))
        .route("/api/attributes/{id}/options", routing::patch(schemas::options::patch))
        .layer(DefaultBodyLimit::max(8 << 20));
    schemas.merge(others)
}

/// The event stream, which never ends by itself, and exports, which take as long as somebody takes them in. The ids of many files
/// are large.
pub fn streams() -> Router<App> {
    let export = routing::get(files::export::get).post(files::export::post).layer(DefaultBodyLimit::max(8 << 20));
    Router::new().route(path::EVENTS, routing::get(events::events)).route(explorer::FILE_EXPORT, export)
}

/// Runs a change to its end, whether or not the caller waits for it: one that breaks off when a browser goes away would leave
/// half a change behind.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, Reply> {
    match tokio::spawn(work).await {
        Ok(answer) => Ok(answer),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // Only when the gateway ends.
        Err(_) => Err(Reply::diffgram_unavailable()),
    }
}
