//! `GET /api/news`: what happened to my tasks while I was away.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use portal_model::api::acting::{News, NewsQuery};

use crate::{app::App, problem::Reply, session::person::Person};

/// Tasks that were given to me and tasks that were sent back to me, newest first.
#[utoipa::path(
    get,
    operation_id = "listNews",
    path = "/api/news",
    tag = "tasks",
    params(NewsQuery),
    responses((status = 200, description = "What happened", body = News), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn list(
    State(app): State<App>,
    person: Person,
    query: Result<Query<NewsQuery>, QueryRejection>,
) -> Result<Json<News>, Reply> {
    let Query(query) = query.map_err(|error| Reply::invalid(&error.body_text()))?;
    Ok(Json(app.policy.scope(&person).news(query.after).await?))
}
