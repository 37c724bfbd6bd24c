//! `GET /api/schemas/{id}/file`: the schema as a file. `POST`: what a file means over the schema as it is now; nothing is changed.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{FromRequest, Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use portal_model::{
    api::schema_files::FileRefused,
    id::AttributeId,
    problem::ProblemType,
    schema::{
        Schema, SchemaDraft,
        file::{FileFault, OptionLine, SchemaFile},
    },
};

use super::{attribute_id, schema_id};
use crate::{
    app::App,
    keys::Scope,
    problem::Reply,
    schema::{
        self, Error,
        file::{Format, is_table, read_table},
    },
    session::caller::Caller,
};

/// Answers with the file, read from Diffgram now: names instead of ids, options inside options.
#[utoipa::path(
    get,
    operation_id = "exportSchema",
    path = "/api/schemas/{id}/file",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The schema"),
        ("format" = Option<String>, Query, description = "`yaml` or `json`; without it `Accept` says which, JSON if that does not either"),
        ("ids" = Option<bool>, Query, description = "With all ids, so that things can be renamed in the file"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (SchemaFile = "application/json"), (SchemaFile = "application/yaml"),
        ), headers(("ETag" = String, description = "The version of the schema"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let id = schema_id(&id)?;
    let format = match asked.get("format") {
        Some(word) => Format::named(word).ok_or_else(|| Reply::invalid("format is yaml or json."))?,
        None => accepted(&headers),
    };
    let ids = match asked.get("ids").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Reply::invalid("ids is true or false.")),
    };
    let (base, version) = read(&app, &scope, id).await?;
    let text = format.write(&SchemaFile::of(&base, ids)).map_err(|error| Reply::invalid(&error.0))?;
    let name = format!("attachment; filename=\"schema-{id}.{}\"", format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.media().to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::ETAG, version),
    ];
    Ok((headers, text).into_response())
}

/// Answers with the draft that the file means, and the version of the schema that it is over as `ETag`.
#[utoipa::path(
    post,
    operation_id = "readSchemaFile",
    path = "/api/schemas/{id}/file",
    tag = "schemas",
    params(
        ("id" = i64, Path, description = "The schema"),
        ("attribute" = Option<i64>, Query, description = "With a table: the attribute whose options it holds"),
    ),
    request_body(content(
        (SchemaFile = "application/json"), (SchemaFile = "application/yaml"), (String = "text/csv"),
    )),
    responses(
        (status = 200, description = "What it means; nothing is changed", body = SchemaDraft, headers(("ETag" = String, description = "The version of the schema that it is over"))),
        crate::openapi::Failures,
    ),
    security(("session" = []), ("key" = [])),
)]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    request: Request,
) -> Result<Response, Reply> {
    let scope = app.policy.admin(&caller, Scope::SchemasRead)?;
    let id = schema_id(&id)?;
    let attribute = asked.get("attribute").map(|text| attribute_id(text)).transpose()?;
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let sent = match (attribute, Format::of(media)) {
        (Some(attribute), _) if is_table(media) => {
            let text = text(request).await?;
            let options = OptionLine::options(&read_table(&text).map_err(|error| Reply::invalid(&error.0))?);
            Sent::Options(attribute, options.map_err(|faults| refused(&faults))?)
        }
        (None, Some(format)) => {
            let text = text(request).await?;
            Sent::File(format.read(&text).map_err(|error| Reply::invalid(&error.0))?)
        }
        _ => {
            return Err(Reply::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                ProblemType::UnsupportedMediaType,
                "Neither YAML nor JSON",
                "Send the file as application/yaml or application/json, or the options of one attribute (?attribute=) as text/csv.",
            ));
        }
    };
    let (base, version) = read(&app, &scope, id).await?;
    let file = match sent {
        Sent::File(file) => file,
        Sent::Options(attribute, options) => {
            let mut file = SchemaFile::of(&base, true);
            let found = file.attributes.iter_mut().find(|one| one.id == Some(attribute));
            found.ok_or(Error::NoAttribute)?.options = options;
            file
        }
    };
    let draft = file.over(&base).map_err(|faults| refused(&faults))?;
    Ok(([(header::ETAG, version)], Json(draft)).into_response())
}

enum Sent {
    File(SchemaFile),
    Options(AttributeId, Vec<portal_model::schema::file::OptionInFile>),
}

/// YAML if that is asked for, else JSON.
fn accepted(headers: &HeaderMap) -> Format {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').find_map(Format::of).unwrap_or(Format::Json)
}

async fn text(request: Request) -> Result<String, Reply> {
    String::from_request(request, &()).await.map_err(|error| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Reply::new(error.status(), ProblemType::TooLarge, "Too large", "Send a smaller file.")
        } else {
            Reply::invalid("The file is not UTF-8.")
        }
    })
}

async fn read(
    app: &App,
    scope: &crate::policy::AdminScope,
    id: portal_model::id::SchemaId,
) -> Result<(Schema, String), Reply> {
    let (row, labels, attributes) = app.schemas.read(scope, id).await?;
    let version = schema::version_of(&row, &labels, &attributes);
    let attributes = attributes.list.into_iter().map(|read| read.attribute).collect();
    Ok((Schema { id, name: row.name, archived: row.archived, labels, attributes }, version))
}

fn refused(faults: &[FileFault]) -> Reply {
    let said: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
    let more = faults.len().saturating_sub(said.len());
    let more = if more > 0 { format!(" And {more} more.") } else { String::new() };
    let Reply(mut problem) = Reply::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        ProblemType::InvalidRequest,
        "The file is unclear",
        &format!("{}.{more}", said.join(". ")),
    );
    problem.edit = serde_json::to_value(FileRefused { faults: faults.to_vec() }).ok().map(Box::new);
    Reply(problem)
}
