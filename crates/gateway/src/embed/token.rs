//! `POST /api/embed-tokens`: the backend of a host app asks for a token by which one of its people is signed in inside its frame.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use portal_model::{
    api::{
        audit::Outcome,
        embed::{EmbedToken, EmbedTokenRequest},
    },
    embed::View,
    id::UserId,
    person::Role,
};
use serde_json::json;

use super::passes::{self, Kind, Pass, SECONDS};
use crate::{
    app::App,
    audit::{self, Actor, Intent},
    body::JsonBody,
    config::Host,
    keys::{Key, Scope},
    policy::{MAX_IDS, Only},
    problem::Reply,
    session::{claims::fold_email, sessions::Bounds},
    shell::request_id_of,
};

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request asks for something that cannot be given.
    #[error("{0}")]
    Asked(String),
    /// The key has not the scope for this.
    #[error("the key has not the scope")]
    Scope(Reply),
    /// No such host is configured.
    #[error("no such host")]
    Host,
    /// Nobody in the key's project has this address.
    #[error("no such member")]
    Member,
    /// The members could not be read.
    #[error("the members could not be read")]
    Index(#[from] crate::index::Error),
    /// The token could not be stored.
    #[error(transparent)]
    Store(#[from] passes::Error),
    /// The audit could not be written.
    #[error(transparent)]
    Audit(#[from] audit::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Scope(reply) => reply,
            Self::Asked(why) => Reply::invalid(&why),
            Self::Host => Reply::invalid("There is no such host; write the id of a [[host]] of the configuration."),
            Self::Member => Reply::not_found("No member of the key's project has this e-mail address."),
            Self::Index(_) | Self::Store(_) | Self::Audit(_) => {
                tracing::error!(error = &self as &dyn std::error::Error, "embed.token_failed");
                Reply::store_unavailable()
            }
        }
        .into_response()
    }
}

/// Mints it. What the person may do in the frame is the least of their own role, what is asked for, and what the key may give.
#[utoipa::path(
    post,
    operation_id = "createEmbedToken",
    path = "/api/embed-tokens",
    tag = "embed",
    request_body = EmbedTokenRequest,
    responses(
        (status = 200, description = "Good once, for a minute, in that host", body = EmbedToken),
        crate::openapi::Failures,
    ),
    security(("key" = [])),
)]
pub async fn mint(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    JsonBody(request): JsonBody<EmbedTokenRequest>,
) -> Result<Json<EmbedToken>, Error> {
    let member = member(&app, &key, &request).await?;
    let intent = Intent {
        project: &key.project,
        action: "embed.token",
        // Ids only: this line stays when the person is erased.
        subject: member.map_or_else(|| "nobody".to_owned(), |user| format!("member {user}")),
        detail: detail(&request),
        request_id: request_id_of(&headers),
    };
    let line = app.audit.begin(&Actor::Key(Box::new(key.clone())), intent).await?;
    match token(&app, &key, &request, member).await {
        Ok(token) => {
            app.audit.end(line, Outcome::Done, &()).await?;
            Ok(Json(EmbedToken { token, expires_in: SECONDS }))
        }
        Err(error) => {
            app.audit.end(line, Outcome::Refused, &error.to_string()).await?;
            Err(error)
        }
    }
}

/// What the audit keeps of it: of ids only how many.
fn detail(request: &EmbedTokenRequest) -> serde_json::Value {
    let mut detail = json!({"host": request.host, "role": request.role});
    if !request.views.is_empty() {
        detail["views"] = json!(request.views);
    }
    let ids = [("tasks", request.tasks.len()), ("files", request.files.len()), ("schemas", request.schemas.len())];
    for (what, count) in ids.into_iter().filter(|(_, count)| *count > 0) {
        detail[what] = json!(count);
    }
    detail
}

/// What the session will be bound to, or why it cannot be.
fn only(host: &Host, request: &EmbedTokenRequest) -> Result<Only, String> {
    if let Some(view) = request.views.iter().find(|view| !host.views.contains(view)) {
        return Err(format!(
            "The host does not show the view {0}; leave it out, or add \"{0}\" to `views` of this [[host]].",
            view.as_str()
        ));
    }
    if request.views.contains(&View::Schema) && request.role != Role::Admin {
        return Err("The view schema is for admins; ask for the role admin, with a key of scope embed:admin.".into());
    }
    let ids = [("tasks", request.tasks.len()), ("files", request.files.len()), ("schemas", request.schemas.len())];
    if let Some((what, count)) = ids.into_iter().find(|(_, count)| *count > MAX_IDS) {
        return Err(format!(
            "`{what}` holds {count} ids; {MAX_IDS} is the most. Leave them out, and the person sees all of theirs."
        ));
    }
    let mut views = request.views.clone();
    views.sort_unstable();
    views.dedup();
    Ok(Only::to(views, request.tasks.clone(), request.files.clone(), request.schemas.clone()))
}

async fn member(app: &App, key: &Key, request: &EmbedTokenRequest) -> Result<Option<UserId>, Error> {
    let Some(email) = fold_email(&request.email) else { return Ok(None) };
    let found = app.policy.members(&email).await?;
    Ok(found.into_iter().find(|(project, _)| *project == key.project).map(|(_, user)| user))
}

async fn token(app: &App, key: &Key, request: &EmbedTokenRequest, member: Option<UserId>) -> Result<String, Error> {
    key.need(if request.role == Role::Admin { Scope::EmbedAdmin } else { Scope::Embed }).map_err(Error::Scope)?;
    let host = app.config.hosts.get(&request.host).ok_or(Error::Host)?;
    let only = only(host, request).map_err(Error::Asked)?;
    let (user, email) = member.zip(fold_email(&request.email)).ok_or(Error::Member)?;
    let name = app.policy.member_name(&key.project, user).await?.unwrap_or_else(|| email.clone());
    let pass = Pass {
        kind: Kind::Token,
        host: request.host.clone(),
        person: app.passes.person(&app.config.oidc.issuer, &email, &name).await?,
        bounds: Bounds { project: Some(key.project.clone()), most: Some(request.role), only },
        sid: None,
    };
    Ok(app.passes.make(&pass).await?)
}
