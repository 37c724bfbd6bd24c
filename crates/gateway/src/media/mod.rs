//! `GET /api/files/{id}/media/{thumb|full|video|text|tokens|audio}`: bytes of a file. Policy first, then streamed from Diffgram's signed URL,
//! which the browser never sees (ADR 4).

mod kinds;
mod text;
mod urls;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing,
};
use bytes::Bytes;
use futures::StreamExt;
use portal_model::{
    api::Media as Rendition,
    file::FileKind,
    id::{FileId, ProjectId},
};

use crate::{
    api::files::{Unread, fresh},
    app::App,
    config,
    index::FileInSight,
    problem::Reply,
    session::person::Person,
    sync::Sync,
};

/// Small pictures kept in memory, in bytes of all together.
const THUMBS: u64 = 64 << 20;
/// Larger "small" pictures are not kept, in bytes.
const MAX_THUMB: usize = 512 << 10;

/// The operation.
pub fn routes() -> Router<App> {
    Router::new().route("/api/files/{id}/media/{rendition}", routing::get(serve))
}

/// Why there are no bytes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, or not theirs, or there is no such rendition: the answer must not tell which.
    #[error("no such media")]
    NotFound,
    /// The address makes no sense.
    #[error("not a file id")]
    Id,
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] crate::index::Error),
    /// Diffgram does not say whether it is still theirs.
    #[error(transparent)]
    Shut(#[from] crate::sync::Shut),
    /// Diffgram did not give an address.
    #[error(transparent)]
    Diffgram(#[from] Arc<portal_diffgram::Error>),
    /// Diffgram's address points to a server that is not in `diffgram.media_hosts`.
    #[error("media are on a host that is not in diffgram.media_hosts: {0}")]
    Host(String),
    /// The storage did not answer, or refused.
    #[error("the storage did not give the file ({0})")]
    Storage(String),
    /// The bytes are not of a kind that is shown.
    #[error("the storage sent a kind of file that is not shown")]
    Kind,
}

impl From<Unread> for Error {
    fn from(error: Unread) -> Self {
        match error {
            Unread::Index(error) => Self::Index(error),
            Unread::Shut(error) => Self::Shut(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Self::NotFound => Reply::not_found("This file does not exist or is not yours."),
            Self::Id => Reply::invalid("The file's id is a number, for example /api/files/12/media/thumb."),
            Self::Index(error) => {
                tracing::error!(error = error as &dyn std::error::Error, "media.index");
                Reply::store_unavailable()
            }
            Self::Kind => Reply::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                portal_model::problem::ProblemType::UnsupportedMediaType,
                "Not shown",
                "Files of this kind are not shown here.",
            ),
            error => {
                tracing::warn!(error = error as &dyn std::error::Error, "media.failed");
                Reply::diffgram_unavailable()
            }
        }
        .into_response()
    }
}

/// A small picture, kept.
#[derive(Clone, Debug)]
struct Thumb {
    kind: &'static str,
    bytes: Bytes,
}

/// Fetches bytes from Diffgram's storage.
#[derive(Clone, Debug)]
pub struct Media {
    http: reqwest::Client,
    urls: urls::Urls,
    hosts: Arc<[String]>,
    thumbs: moka::future::Cache<(ProjectId, FileId), Thumb>,
}

impl Media {
    /// For an install.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(config: &config::Diffgram, sync: Sync) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            // Where a redirect leads was not allowed by anybody (PRX-06).
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(Duration::from_secs(20))
            .user_agent(concat!("diffgram-portal/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let thumbs = moka::future::Cache::builder()
            .weigher(|_, thumb: &Thumb| u32::try_from(thumb.bytes.len()).unwrap_or(u32::MAX))
            .max_capacity(THUMBS)
            .time_to_live(Duration::from_secs(900))
            .build();
        Ok(Self { http, urls: urls::Urls::new(sync), hosts: config.media_hosts.clone().into(), thumbs })
    }

    /// Asks the storage, with a fresh address if the kept one is refused.
    async fn open(
        &self,
        project: &ProjectId,
        file: FileId,
        which: Rendition,
        headers: &HeaderMap,
    ) -> Result<reqwest::Response, Error> {
        for fresh in [false, true] {
            let url = self.urls.get(project, file, which, fresh).await?.ok_or(Error::NotFound)?;
            let host = match (url.host_str(), url.port()) {
                (Some(host), Some(port)) => format!("{host}:{port}"),
                (Some(host), None) => host.to_owned(),
                (None, _) => String::new(),
            };
            if !matches!(url.scheme(), "http" | "https") || !self.hosts.contains(&host) {
                return Err(Error::Host(host));
            }
            let mut request = self.http.get(url);
            for name in [header::RANGE, header::IF_NONE_MATCH, header::IF_RANGE] {
                if let Some(value) = headers.get(&name)
                    // Many ranges at once serve no player (PRX-09).
                    && !(name == header::RANGE && value.as_bytes().contains(&b','))
                {
                    request = request.header(name, value);
                }
            }
            let answer = request.send().await.map_err(|error| Error::Storage(error.without_url().to_string()))?;
            match answer.status().as_u16() {
                200 | 206 | 304 | 416 => return Ok(answer),
                // A signed address that ended before its time.
                400 | 401 | 403 if !fresh => {}
                404 => return Err(Error::NotFound),
                status => return Err(Error::Storage(status.to_string())),
            }
        }
        Err(Error::Storage("refused twice".into()))
    }
}

async fn serve(
    State(app): State<App>,
    person: Person,
    Path((id, rendition)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let id: FileId = id.parse().map_err(|_| Error::Id)?;
    let which = Rendition::from_name(&rendition).ok_or(Error::NotFound)?;
    let scope = app.policy.scope(&person);
    let FileInSight { project, file, .. } = scope.file(id).await?.ok_or(Error::NotFound)?;
    if which == Rendition::Thumb {
        if !file.has_thumb {
            return Err(Error::NotFound);
        }
        if let Some(thumb) = app.media.thumbs.get(&(project.clone(), id)).await {
            return Ok(whole(thumb.kind, thumb.bytes));
        }
    } else {
        // The picture itself: only for who may see it right now.
        fresh(&app, &scope, id).await?.ok_or(Error::NotFound)?;
    }
    match (which, &file.kind) {
        (Rendition::Text | Rendition::Tokens, FileKind::Text) => return text::serve(&app, &project, id, which).await,
        (Rendition::Text | Rendition::Tokens, _) => return Err(Error::NotFound),
        (Rendition::Audio, kind) if *kind != FileKind::Audio => return Err(Error::NotFound),
        _ => {}
    }
    let mut answer = app.media.open(&project, id, which, &headers).await?;
    let status = answer.status();
    if status == StatusCode::NOT_MODIFIED || status == StatusCode::RANGE_NOT_SATISFIABLE {
        let mut response = status.into_response();
        copy(answer.headers(), response.headers_mut(), &[header::ETAG, header::CONTENT_RANGE]);
        private(response.headers_mut());
        return Ok(response);
    }
    let first =
        answer.chunk().await.map_err(|error| Error::Storage(error.without_url().to_string()))?.unwrap_or_default();
    let said = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // A later range of a video begins with anything: then the storage's word counts.
    let is_start = status == StatusCode::OK || starts_at_zero(answer.headers());
    let kind = kinds::shown(said, is_start.then_some(&first)).ok_or(Error::Kind)?;
    let upstream = answer.headers().clone();
    if which == Rendition::Thumb && status == StatusCode::OK {
        let mut bytes = first.to_vec();
        while let Some(chunk) = answer.chunk().await.map_err(|error| Error::Storage(error.without_url().to_string()))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_THUMB {
                return Err(Error::Kind);
            }
        }
        let bytes = Bytes::from(bytes);
        app.media.thumbs.insert((project, id), Thumb { kind, bytes: bytes.clone() }).await;
        return Ok(whole(kind, bytes));
    }
    let rest = answer.bytes_stream().map(|chunk| chunk.map_err(reqwest::Error::without_url));
    let body = Body::from_stream(futures::stream::once(async move { Ok(first) }).chain(rest));
    let mut response = (status, body).into_response();
    copy(
        &upstream,
        response.headers_mut(),
        &[header::CONTENT_LENGTH, header::CONTENT_RANGE, header::ACCEPT_RANGES, header::ETAG, header::LAST_MODIFIED],
    );
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    private(response.headers_mut());
    Ok(response)
}

fn starts_at_zero(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_RANGE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|range| range.starts_with("bytes 0-"))
}

fn whole(kind: &'static str, bytes: Bytes) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    private(response.headers_mut());
    response
}

/// Kept by this person's browser only, for minutes; never run as a document (INJ-05).
fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
    headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
}

fn copy(from: &HeaderMap, to: &mut HeaderMap, names: &[header::HeaderName]) {
    for name in names {
        if let Some(value) = from.get(name) {
            to.insert(name.clone(), value.clone());
        }
    }
}
