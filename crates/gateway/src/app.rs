//! How the gateway is put together. Handlers take [`App`] as their state.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    middleware,
    response::IntoResponse,
    routing,
};
use portal_diffgram::{Client, ClientConfig};
use serde_json::json;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{
    api,
    api::tasks::{annotations::Annotations, snapshots::Snapshots},
    audit::Audit,
    batches::Batches,
    claims::Claims,
    clock::SharedClock,
    config::Config,
    embed::{self, passes::Passes, reports::Reports},
    events::Events,
    go::{self, SignOn, Versions},
    idempotency::Idempotency,
    index::Index,
    keys::Keys,
    media::{self, Media},
    page,
    policy::Policy,
    schema::{Ground, Schemas},
    session::{self, cookie::Jar, provider::Provider, see_as::SeeingAs, sessions::Sessions, signin_cookie::Seal},
    shell,
    store::Store,
    sync::Sync,
    task_views::TaskViews,
    views::Views,
    webhooks,
};

/// An operation that answers at once answers within this.
const TIME_LIMIT: Duration = Duration::from_secs(35);
/// How long requests under way may take when the gateway ends.
const DRAIN: Duration = Duration::from_secs(5);

/// Everything the handlers share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The configuration.
    pub config: Arc<Config>,
    /// The time.
    pub clock: crate::clock::Handle,
    /// How cookies look here.
    pub jar: Jar,
    /// Seals cookies of sign-ins under way.
    pub seal: Seal,
    /// The identity provider.
    pub provider: Provider,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Which admin looks through whose eyes.
    pub seeing_as: SeeingAs,
    /// Who may see what.
    pub policy: Policy,
    /// What reads Diffgram.
    pub sync: Sync,
    /// What changed, to everybody who listens.
    pub events: Events,
    /// Lists that windows are cut from.
    pub snapshots: Snapshots,
    /// What is drawn on pictures.
    pub annotations: Annotations,
    /// Keys of host apps.
    pub keys: Keys,
    /// Who changed what.
    pub audit: Audit,
    /// Taking tasks and giving them back.
    pub claims: Claims,
    /// Many tasks given to people at once.
    pub batches: Batches,
    /// Answers to writes that may be sent twice.
    pub idempotency: Idempotency,
    /// Tokens and tickets by which people are signed in inside host apps.
    pub passes: Passes,
    /// How frames in host apps fare.
    pub reports: Reports,
    /// Queries that people gave a name.
    pub views: Views,
    /// Filters of tasks with names.
    pub task_views: TaskViews,
    /// Bytes of files.
    pub media: Media,
    /// Schemas and their attributes.
    pub schemas: Schemas,
    /// How people sign in to Diffgram itself.
    pub sign_on: SignOn,
    /// What became of annotations.
    pub versions: Versions,
    /// The store.
    pub store: Store,
    /// How many crash reports are taken at once.
    pub crash_budget: Arc<Semaphore>,
    /// How many exports are written at once.
    pub exports: Arc<Semaphore>,
    /// Cancelled when the gateway ends.
    pub stop: CancellationToken,
}

impl App {
    /// Opens the store and puts everything together. Neither Diffgram nor the provider is asked anything yet: both may be away.
    ///
    /// # Errors
    /// When the data folder or the store cannot be used.
    pub async fn open(config: Config, clock: SharedClock) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data_dir).with_context(|| {
            format!("the data folder {} cannot be made; choose another with data_dir", config.data_dir.display())
        })?;
        let store = Store::open(&config.data_dir.join("portal.sqlite3")).await?;
        let seal = Seal::new(store.secret("cookie-key").await?.as_bytes());
        let index = Index::new(store.clone());
        let events = Events::new();
        let client =
            Client::new(ClientConfig::new(config.diffgram.url.clone())).context("the HTTP client cannot start")?;
        let sign_on =
            SignOn::new(client.clone(), config.diffgram.public_origin.clone(), config.diffgram.single_sign_on);
        let clients = config
            .projects
            .values()
            .map(|project| client.project(project.id.clone(), project.client_id.clone(), project.client_secret.clone()))
            .collect();
        let sync = Sync::new(index.clone(), events.clone(), clock.clone(), config.sync, clients);
        let media = Media::new(&config.diffgram, sync.clone()).context("the HTTP client cannot start")?;
        let policy = Policy::new(index, config.projects.keys().cloned().collect()).with_grants(config.grants.clone());
        let audit = Audit::new(store.clone(), clock.clone());
        let sessions = Sessions::new(store.clone(), clock.clone(), config.session);
        let stop = CancellationToken::new();
        Ok(Self {
            jar: Jar::new(config.is_plain_loopback()),
            seal,
            provider: Provider::new(&config, clock.clone()).context("the HTTP client cannot start")?,
            seeing_as: SeeingAs::new(store.clone(), clock.clone(), audit.clone(), sessions.clone()),
            sessions,
            batches: Batches::new(store.clone(), clock.clone(), audit.clone(), sync.clone(), stop.clone()),
            schemas: Schemas::new(
                Ground {
                    policy: policy.clone(),
                    sync: sync.clone(),
                    audit: audit.clone(),
                    store: store.clone(),
                    stop: stop.clone(),
                    patience: config.sync.retry,
                },
                clock.clone(),
            ),
            policy,
            annotations: Annotations::new(sync.clone()),
            claims: Claims::new(store.clone(), sync.clone(), audit.clone(), clock.clone()),
            versions: Versions::new(sync.clone()),
            sign_on,
            sync,
            events,
            snapshots: Snapshots::default(),
            keys: Keys::new(store.clone(), clock.clone()),
            audit,
            idempotency: Idempotency::new(store.clone(), clock.clone()),
            passes: Passes::new(store.clone(), clock.clone()),
            reports: Reports::default(),
            views: Views::new(store.clone(), config.views.clone()),
            task_views: TaskViews::new(store.clone(), config.task_views.clone()),
            media,
            store,
            crash_budget: Arc::new(Semaphore::new(5)),
            exports: Arc::new(Semaphore::new(api::files::export::AT_ONCE)),
            stop,
            clock: crate::clock::Handle(clock),
            config: Arc::new(config),
        })
    }

    /// Every operation and the page, with what goes around every answer.
    pub fn router(&self) -> Router {
        let at_once = Router::new()
            .merge(session::api::routes())
            .merge(api::routes())
            .merge(webhooks::routes())
            .merge(embed::routes())
            .merge(go::routes())
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_LIMIT));
        let inside = Router::new()
            .merge(at_once)
            .merge(api::edits())
            .merge(api::streams())
            .merge(media::routes())
            .route("/healthz", routing::get(healthz))
            .route("/readyz", routing::get(readyz))
            .fallback(page::serve)
            .layer(DefaultBodyLimit::max(64 * 1024))
            .layer(CatchPanicLayer::custom(shell::panicked))
            .layer(middleware::from_fn_with_state(self.clone(), shell::shell))
            .with_state(self.clone());
        // Before anything is routed.
        Router::new().fallback_service(inside).layer(middleware::from_fn_with_state(self.clone(), embed::enter))
    }

    /// Serves until the token is cancelled, then lets what is under way finish.
    ///
    /// # Errors
    /// When serving fails.
    pub async fn serve(self, listener: TcpListener) -> anyhow::Result<()> {
        self.sync.start(&self.stop);
        let (sessions, seeing_as, stop) = (self.sessions.clone(), self.seeing_as.clone(), self.stop.clone());
        tokio::spawn(async move {
            stop.run_until_cancelled(async {
                loop {
                    if let Err(error) = sessions.sweep().await {
                        tracing::warn!(error = &error as &dyn std::error::Error, "sessions.unswept");
                    }
                    if let Err(error) = seeing_as.sweep().await {
                        tracing::warn!(error = &error as &dyn std::error::Error, "see_as.unswept");
                    }
                    tokio::time::sleep(Duration::from_secs(600)).await;
                }
            })
            .await;
        });
        let schemas = self.schemas.clone();
        tokio::spawn(async move { schemas.go_on().await });
        let (claims, stop) = (self.claims.clone(), self.stop.clone());
        tokio::spawn(async move { stop.run_until_cancelled(claims.keep_time()).await });
        let (sign_on, stop, every) = (self.sign_on.clone(), self.stop.clone(), self.config.sync.small_things);
        tokio::spawn(async move { stop.run_until_cancelled(sign_on.run(every)).await });
        let (policy, stop) = (self.policy.clone(), self.stop.clone());
        tokio::spawn(async move {
            // Should this fail, the first who asks waits for it.
            if let Some(Err(error)) = stop.run_until_cancelled(policy.warm()).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "index.cold");
            }
        });
        let stop = self.stop.clone();
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service).with_graceful_shutdown({
            let stop = stop.clone();
            async move { stop.cancelled().await }
        });
        let deadline = async {
            stop.cancelled().await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            served = serving => served.context("serving failed"),
            () = deadline => Ok(()),
        }
    }
}

/// Whether the gateway lives.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether it can do its work, and what is degraded. No secrets, no addresses.
async fn readyz(State(app): State<App>) -> impl IntoResponse {
    let word = |good: bool| if good { "ok" } else { "degraded" };
    let store = app.policy.members_are_read().await;
    let provider =
        tokio::time::timeout(Duration::from_secs(3), app.provider.endpoints()).await.is_ok_and(|found| found.is_ok());
    let freshness = app.sync.freshness(app.config.projects.keys());
    let ready = store.is_ok();
    let body = json!({
        "store": word(ready),
        "provider": word(provider),
        "diffgram": word(freshness.diffgram_up),
        "index": if freshness.complete { "complete" } else { "reading" },
        "page": if page::is_built() { "ok" } else { "missing" },
    });
    (if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(body))
}
