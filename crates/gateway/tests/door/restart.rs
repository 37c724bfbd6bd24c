//! The program itself: killed in the middle of reading, started again on the same folder.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::http::StatusCode;
use portal_demo::{
    diffgram::{self, Outage, StandIn},
    provider::{self, Provider},
};

use crate::support::{Browser, bind, eventually, write_config};

const ANA: &str = "ana@acme.example";

/// The program that ships; killed when dropped.
pub(crate) struct Program(Child);

impl Program {
    fn start(config: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_diffgram-portal"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PORTAL_")) {
            command.env_remove(name);
        }
        let log = std::fs::File::options().create(true).append(true).open(config.with_extension("log")).expect("a log");
        command.arg("serve").arg("--config").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Self(command.spawn().expect("the program"))
    }

    /// As `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Place {
    folder: tempfile::TempDir,
    listen: SocketAddr,
    pub(crate) diffgram: StandIn,
    provider: Provider,
}

impl Place {
    async fn new(more_tasks: usize) -> Self {
        Self::with(diffgram::Options { more_tasks, ..Default::default() }).await
    }

    pub(crate) async fn with(options: diffgram::Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (at_diffgram, at_provider) = (bind().await, bind().await);
        let listen = bind().await.local_addr().expect("an address");
        let diffgram = StandIn::start(at_diffgram, options).expect("a stand-in");
        let options = provider::Options {
            redirect_uris: vec![format!("http://{listen}/signin/callback")],
            post_logout_redirect_uris: Vec::new(),
            client_id: "portal".into(),
            client_secret: Some("a secret".into()),
        };
        let provider = Provider::start(at_provider, options).expect("a provider");
        Self { folder: tempfile::tempdir().expect("a folder"), listen, diffgram, provider }
    }

    pub(crate) fn start(&self) -> Program {
        let path =
            write_config(self.folder.path(), self.listen, &self.diffgram, &self.provider, "a-token-of-this-test");
        Program::start(&path)
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&format!("http://{}", self.listen), &self.provider.issuer)
    }

    pub(crate) async fn answers(&self) {
        let up = async || tokio::net::TcpStream::connect(self.listen).await.is_ok();
        eventually("it listens", Duration::from_secs(20), up).await;
    }

    pub(crate) async fn is_read(&self) -> bool {
        self.browser().get("/readyz").await.json()["index"] == "complete"
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("portal.log")).unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_reading_loses_nothing_and_the_next_start_goes_on() {
    let place = Place::new(3_000).await;
    let program = place.start();
    place.answers().await;
    let reading = async || place.diffgram.seen().iter().filter(|seen| seen.what.contains("task/list")).count() > 3;
    eventually("it reads", Duration::from_secs(20), reading).await;
    assert!(!place.is_read().await, "killed in the middle");
    program.kill();
    let program = place.start();
    place.answers().await;
    eventually("all is read", Duration::from_secs(60), async || place.is_read().await).await;
    let ana = place.browser().signed_in(ANA).await;
    assert_eq!(ana.get("/api/tasks?tab=all").await.json()["total"], place.diffgram.tasks_of(ANA).len());

    // And once more, with Diffgram away: sessions and the list are still there.
    program.kill();
    place.diffgram.outage(Outage::Refuse);
    let _program = place.start();
    place.answers().await;
    let list = ana.get("/api/tasks?tab=all").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text());
    assert_eq!(list.json()["total"], place.diffgram.tasks_of(ANA).len());
    assert!(list.json()["freshness"]["as_of"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_50_inj_12_the_log_is_about_requests_not_people() {
    let place = Place::new(0).await;
    let _program = place.start();
    place.answers().await;
    eventually("all is read", Duration::from_secs(30), async || place.is_read().await).await;
    let mut ana = place.browser();
    let started = ana.start("/tasks/1001?secret=of-the-address").await;
    let back = ana.decide(&started, ANA).await;
    assert_eq!(ana.finish(&started, &back).await.status, StatusCode::OK);
    let cookie = ana.cookies.values().next().expect("a cookie").clone();
    let (task, _, name, _) = place.diffgram.tasks_of(ANA).swap_remove(0);
    assert_eq!(ana.get(&format!("/api/tasks/{task}?x=1")).await.status, StatusCode::OK);
    ana.get("/api/tasks/%0a%1b[31mred%0d%0a{}").await;
    ana.delete("/api/session").await;
    eventually("it is logged", Duration::from_secs(5), async || place.log().contains("/api/session")).await;
    let log = place.log();
    for secret in [
        &back["code"],
        &back["state"],
        &started.verifier,
        &cookie,
        &name,
        ANA,
        "Ana Lima",
        "of-the-address",
        "a secret",
        "a-token-of-this-test",
    ]
    .map(|secret: &str| secret)
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    for keys in place.diffgram.keys.values() {
        assert!(!log.contains(&keys.client_secret));
    }
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "one JSON object a line");
}
