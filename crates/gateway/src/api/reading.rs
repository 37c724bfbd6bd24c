//! `GET /api/reading`: how far Diffgram has been read, for admins.

use axum::{Json, extract::State};
use portal_model::api::reading::{Reading, Readings};

use crate::{
    app::App,
    keys,
    problem::Reply,
    session::{caller::Caller, person::Person},
};

/// Answers for the projects in which the person is an admin.
#[utoipa::path(
    get,
    operation_id = "getReading",
    path = "/api/reading",
    tag = "reading",
    responses(
        (status = 200, description = "How far each project has been read", body = Readings),
        crate::openapi::Failures,
    ),
    security(("session" = [])),
)]
pub async fn get(State(app): State<App>, person: Person) -> Result<Json<Readings>, Reply> {
    let scope = app.policy.admin(&Caller::Person(Box::new(person)), keys::Scope::SchemasRead)?;
    let files = app.policy.files_read(&scope).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "reading.unreadable");
        Reply::store_unavailable()
    })?;
    let projects = files
        .into_iter()
        .map(|(project, files)| {
            let tasks = app.sync.tasks_read(&project);
            Reading {
                project,
                name: tasks.name,
                diffgram_up: tasks.up,
                as_of: tasks.as_of,
                tasks: tasks.tasks,
                listed: files.listed,
                files: files.files,
                refused: files.refused,
                refused_files: files.refused_files,
            }
        })
        .collect();
    Ok(Json(Readings { projects }))
}
