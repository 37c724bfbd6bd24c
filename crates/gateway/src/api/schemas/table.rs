//! `GET /api/schemas/{id}/attributes/{aid}/options.csv`: the options of an attribute as a table.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use portal_model::schema::file::OptionLine;

use super::{attribute_id, schema_id};
use crate::{app::App, keys::Scope, problem::Reply, schema::file::write_table, session::caller::Caller};

/// Answers with a row for each option: id, name, and the path of what it stands under.
#[utoipa::path(
    get,
    operation_id = "exportOptions",
    path = "/api/schemas/{id}/attributes/{aid}/options.csv",
    tag = "schemas",
    params(("id" = i64, Path, description = "The schema"), ("aid" = i64, Path, description = "The attribute")),
    responses((status = 200, description = "The table", body = String, content_type = "text/csv"), crate::openapi::Failures),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((schema, attribute)): Path<(String, String)>,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let (schema, attribute) = (schema_id(&schema)?, attribute_id(&attribute)?);
    let read = app.schemas.attribute(&scope, schema, attribute).await?;
    let name = format!("attachment; filename=\"options-{attribute}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, write_table(&OptionLine::of(&read.attribute))).into_response())
}
