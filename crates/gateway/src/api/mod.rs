//! What the page calls, besides signing in and out. One operation a file.

pub mod audit;
pub mod batches;
pub mod crashes;
pub mod events;
pub mod files;
pub mod news;
pub mod people;
pub mod schemas;
pub mod tasks;
pub mod views;

use axum::{Router, extract::DefaultBodyLimit, routing};
use portal_model::api::{acting::path as acting, explorer::path as explorer, path};

use crate::app::App;

/// The operations that answer at once.
pub fn routes() -> Router<App> {
    Router::new()
        .route(path::TASKS, routing::get(tasks::list::list))
        .route(&format!("{}/{{id}}", path::TASKS), routing::get(tasks::get::get))
        .route(&format!("{}/{{id}}/frames", path::TASKS), routing::get(tasks::frames::frames))
        .route("/api/files/{id}", routing::get(files::get::get))
        .route(portal_model::api::audit::PATH, routing::get(audit::list))
        .route(explorer::FILES, routing::get(files::list::list))
        .route(explorer::FILE_NAMES, routing::get(files::names::names))
        .route(explorer::FILE_FACETS, routing::get(files::facets::facets))
        .route("/api/files/{id}/frames", routing::get(files::frames::frames))
        .route(explorer::VIEWS, routing::get(views::list::list).post(views::create::create))
        .route(&explorer::view("{id}"), routing::put(views::update::update).delete(views::delete::delete))
        .route(acting::TASK_IDS, routing::get(tasks::ids::ids))
        .route(acting::PEOPLE, routing::get(people::list))
        .route(acting::NEWS, routing::get(news::list))
        .route(&acting::batch("{id}"), routing::get(batches::get::get))
        .route(&acting::retry("{id}"), routing::post(batches::retry::retry))
        .route(&acting::undo("{id}"), routing::post(batches::undo::undo))
        .route(path::CRASHES, routing::post(crashes::report))
        .route(portal_model::api::schemas::path::SCHEMAS, routing::get(schemas::list::list))
        .route("/api/schemas/{id}", routing::get(schemas::get::get))
        .route("/api/schemas/{id}/attributes/{aid}", routing::get(schemas::attribute::get))
}

/// Changes of attributes: one call to Diffgram per option, so they may take long, and drafts of many options are large. Orders
/// about many tasks are large too.
pub fn edits() -> Router<App> {
    Router::new()
        .route(acting::ASSIGNMENTS, routing::post(batches::create::create))
        .route("/api/schemas/{id}/attributes/{aid}", routing::put(schemas::edit::put))
        .route("/api/attributes/{id}/options", routing::patch(schemas::options::patch))
        .layer(DefaultBodyLimit::max(8 << 20))
}

/// The event stream, which never ends by itself.
pub fn streams() -> Router<App> {
    Router::new().route(path::EVENTS, routing::get(events::events))
}
