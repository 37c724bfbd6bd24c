//! The API as an OpenAPI 3.1 document, made from the operations and their types. `docs/openapi.json` holds it, and a test keeps
//! it true. `diffgram-portal openapi` prints it.

use std::collections::BTreeMap;

use portal_model::problem::{MEDIA_TYPE, Problem};
use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::{
        Components, Content, Ref, RefOr, Response, ResponseBuilder,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The document. Each operation stands with its handler.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Diffgram Portal",
        description = "The portal's own API. Failures are problem details (RFC 9457): `type` and its parameters are the contract, \
                       `detail` is for people. What somebody may not see looks like what is not there."
    ),
    paths(
        crate::session::api::signin::start,
        crate::session::api::create::create,
        crate::session::api::get::get,
        crate::session::api::delete::delete,
        crate::session::api::see_as::begin,
        crate::session::api::see_as::end,
        crate::api::tasks::list::list,
        crate::api::tasks::facets::facets,
        crate::api::tasks::places::places,
        crate::api::tasks::ids::ids,
        crate::api::tasks::get::get,
        crate::api::tasks::frames::frames,
        crate::api::tasks::issue::get,
        crate::api::files::list::list,
        crate::api::files::ids::ids,
        crate::api::files::names::names,
        crate::api::files::explain::explain,
        crate::api::files::facets::facets,
        crate::api::files::export::get,
        crate::api::files::export::post,
        crate::api::files::compare::compare,
        crate::api::files::compare::cell,
        crate::api::files::get::get,
        crate::api::files::key::key,
        crate::api::files::frames::frames,
        crate::api::views::list::list,
        crate::api::views::create::create,
        crate::api::views::update::update,
        crate::api::views::delete::delete,
        crate::api::views::pin::put,
        crate::api::views::pin::delete,
        crate::api::query_views::list::list,
        crate::api::query_views::put::put,
        crate::api::query_views::delete::delete,
        crate::api::next::up_next::get,
        crate::api::next::take::post,
        crate::api::next::give_back::delete,
        crate::api::next::jobs::list,
        crate::api::next::jobs::put,
        crate::api::task_views::list::list,
        crate::api::task_views::create::create,
        crate::api::task_views::update::update,
        crate::api::task_views::delete::delete,
        crate::api::task_views::pin::put,
        crate::api::task_views::pin::delete,
        crate::api::batches::create::create,
        crate::api::batches::get::get,
        crate::api::batches::retry::retry,
        crate::api::batches::undo::undo,
        crate::api::people::list,
        crate::api::news::list,
        crate::api::events::events,
        crate::api::crashes::report,
        crate::api::audit::list,
        crate::api::reading::get,
        crate::embed::token::mint,
        crate::embed::ticket::issue,
        crate::embed::redeem::redeem,
        crate::embed::host::get,
        crate::embed::brand::get,
        crate::embed::reports::report,
        crate::embed::hosts::list,
        crate::api::schemas::list::list,
        crate::api::schemas::create::post,
        crate::api::schemas::get::get,
        crate::api::schemas::put::put,
        crate::api::schemas::plan::post,
        crate::api::schemas::apply::post,
        crate::api::schemas::runs::get,
        crate::api::schemas::runs::resume,
        crate::api::schemas::runs::stop,
        crate::api::schemas::versions::list,
        crate::api::schemas::versions::get,
        crate::api::schemas::attribute::get,
        crate::api::schemas::edit::put,
        crate::api::schemas::options::patch,
        crate::api::schemas::file::get,
        crate::api::schemas::file::post,
        crate::api::schemas::table::get,
    ),
    components(schemas(
        Problem,
        portal_model::api::schemas::EditProblem,
        portal_model::api::schemas::SchemaProblem,
        portal_model::api::schema_files::FileRefused
    )),
    modifiers(&Doors),
)]
struct Document;

/// What every operation may answer instead.
pub struct Failures;

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let problem = |description: &str| {
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            RefOr::T(ResponseBuilder::new().description(description).content(MEDIA_TYPE, content).build())
        };
        BTreeMap::from([
            ("4XX".to_owned(), problem("Says why, and what to do")),
            ("5XX".to_owned(), problem("Says what is away; try again")),
        ])
    }
}

/// How a request says whose it is.
struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Components::default);
        let cookie = ApiKeyValue::with_description(
            "__Host-portal",
            "The session of a signed-in person. Writes must come from the portal's own origin.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("dp_…")
            .description(Some("A key of a host app or script, made with `diffgram-portal keys new`."));
        components.add_security_scheme("key", SecurityScheme::Http(key.build()));
    }
}

/// The document as JSON, with a line break at the end.
#[must_use]
pub fn json() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Where the document holds types.
const TYPES: &str = "#/components/schemas/";

/// What a file of a schema may hold, as JSON Schema (draft 2020-12), with a line break at the end.
#[must_use]
pub fn schema_file() -> String {
    let document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    let types = &document["components"]["schemas"];
    let (mut open, mut used) = (vec!["SchemaFile".to_owned()], BTreeMap::new());
    while let Some(name) = open.pop() {
        if used.contains_key(&name) {
            continue;
        }
        let mut one = types[&name].clone();
        refer(&mut one, &mut open);
        used.insert(name, one);
    }
    let schema = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A schema of Diffgram Portal as a file",
        "$ref": "#/$defs/SchemaFile",
        "$defs": used,
    });
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Types are referred to where a schema has them; their names are told.
fn refer(value: &mut serde_json::Value, names: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str().and_then(|text| text.strip_prefix(TYPES)).map(str::to_owned) {
                    Some(name) if key == "$ref" => {
                        *value = format!("#/$defs/{name}").into();
                        names.push(name);
                    }
                    _ => refer(value, names),
                }
            }
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(|value| refer(value, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_kept(name: &str, now: &str) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        if std::env::var_os("PORTAL_UPDATE").is_some() {
            std::fs::write(&path, now).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == now,
            "docs/{name} is not what the operations say; run: PORTAL_UPDATE=1 cargo test -p portal-gateway openapi"
        );
    }

    #[test]
    fn the_schema_of_files_in_the_repository_is_true() {
        let now = schema_file();
        is_kept("schema-file.json", &now);
        let schema: serde_json::Value = serde_json::from_str(&now).unwrap();
        let types = schema["$defs"].as_object().unwrap();
        assert!(
            ["SchemaFile", "AttributeInFile", "OptionInFile", "WholeOption", "About"]
                .iter()
                .all(|name| types.contains_key(*name))
        );
        assert!(!now.contains(TYPES), "all that it refers to is in it");
        assert_eq!(types["SchemaFile"]["additionalProperties"], false);
    }

    /// `PORTAL_UPDATE=1 cargo test -p portal-gateway openapi` writes it anew.
    #[test]
    fn the_document_in_the_repository_is_true() {
        let now = json();
        is_kept("openapi.json", &now);
        assert!(now.contains("\"openapi\": \"3.1"));
    }
}
