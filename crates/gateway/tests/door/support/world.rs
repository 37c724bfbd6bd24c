//! A gateway, a stand-in Diffgram and an identity provider on free loopback ports; all end when dropped.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use portal_demo::{
    diffgram::{self, StandIn},
    people::{ACME, GLOBEX},
    provider::{self, Provider},
};
use portal_gateway::{app::App, clock::Clock, config::Config};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Browser, eventually};

/// The machine's clock, moved forward by so many seconds.
#[derive(Debug, Default)]
struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// What differs from the usual.
#[derive(Debug)]
pub struct Setup {
    /// How Diffgram is when the gateway starts.
    pub outage: diffgram::Outage,
    /// Waits until everything has been read.
    pub wait: bool,
    /// How many tasks Ana has on top.
    pub more_tasks: usize,
    /// How often what changed is looked for; webhooks do not wait for this.
    pub sweep: Duration,
    /// How often jobs and members are read again.
    pub small_things: Duration,
    /// Whether datasets and what is drawn are read too: most tests are not about them.
    pub files: bool,
    /// Whether a provider signs people in at Diffgram.
    pub sign_on: bool,
}

impl Default for Setup {
    fn default() -> Self {
        let (sweep, small_things) = (Duration::from_secs(1), Duration::from_secs(60));
        Self {
            outage: diffgram::Outage::None,
            wait: true,
            more_tasks: 0,
            sweep,
            small_things,
            files: false,
            sign_on: false,
        }
    }
}

/// All of it.
pub struct World {
    /// Scheme, host and port of the gateway.
    pub url: String,
    /// The stand-in Diffgram.
    pub diffgram: StandIn,
    /// The identity provider.
    pub provider: Provider,
    /// What it was started with.
    pub config: Config,
    /// The token of webhooks.
    pub hook_token: String,
    /// The gateway itself, past its HTTP.
    pub app: App,
    clock: Arc<Moved>,
    _stop: DropGuard,
    _data: TempDir,
}

impl World {
    /// The usual one, with everything read.
    pub async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    /// Another one.
    pub async fn with(setup: Setup) -> Self {
        // Fails when another test of this process was first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir().expect("a folder");
        let [listener, at_diffgram, at_provider] = [bind().await, bind().await, bind().await];
        let listen = listener.local_addr().expect("an address");
        let url = format!("http://{listen}");
        let hook_token = "a-token-of-this-test".to_owned();
        let webhooks: HashMap<String, (String, String)> =
            [ACME, GLOBEX].map(|p| (p.to_owned(), (format!("{url}/webhooks/diffgram/{p}"), hook_token.clone()))).into();
        let diffgram = StandIn::start(
            at_diffgram,
            diffgram::Options { webhooks, more_tasks: setup.more_tasks, ..Default::default() },
        )
        .expect("a stand-in Diffgram");
        diffgram.outage(setup.outage);
        diffgram.sign_on(setup.sign_on);
        let provider = Provider::start(
            at_provider,
            provider::Options {
                redirect_uris: vec![format!("{url}/signin/callback")],
                post_logout_redirect_uris: vec![format!("{url}/signed-out")],
                client_id: "portal".into(),
                client_secret: Some("a secret".into()),
            },
        )
        .expect("an identity provider");
        let path = write_config(data.path(), listen, &diffgram, &provider, &hook_token);
        let mut config = Config::load(&path, []).expect("a configuration");
        config.sync.sweep = setup.sweep;
        config.sync.rolling = setup.sweep;
        config.sync.small_things = setup.small_things;
        config.sync.retry = Duration::from_millis(10);
        config.sync.files = setup.files.then_some(setup.sweep);
        let clock = Arc::new(Moved::default());
        let app = App::open(config.clone(), clock.clone()).await.expect("a gateway");
        let stop: CancellationToken = app.stop.clone();
        tokio::spawn(app.clone().serve(listener));
        let world =
            Self { url, diffgram, provider, config, hook_token, app, clock, _stop: stop.drop_guard(), _data: data };
        if setup.wait {
            world.wait_until_read().await;
        }
        world
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url, &self.provider.issuer)
    }

    /// From now on the gateway's clock is slow by so much.
    pub fn slow(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).expect("not for ever");
        self.clock.0.fetch_sub(seconds, Ordering::Relaxed);
    }

    /// From now on it is so much later at the gateway.
    pub fn later(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).expect("not for ever");
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Waits until the gateway has read all of Diffgram once.
    pub async fn wait_until_read(&self) {
        let anybody = self.browser();
        eventually("everything is read", Duration::from_secs(30), async || {
            anybody.get("/readyz").await.json()["index"] == "complete"
        })
        .await;
    }
}

/// A free port.
pub async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

/// Writes a configuration with its secrets; returns where.
pub fn write_config(
    data: &Path,
    listen: SocketAddr,
    diffgram: &StandIn,
    provider: &Provider,
    hook_token: &str,
) -> PathBuf {
    let write = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(data.join(name), text).expect("a file");
        std::fs::set_permissions(data.join(name), std::fs::Permissions::from_mode(0o600)).expect("a file of mine");
    };
    let host = diffgram.url.trim_start_matches("http://");
    let mut text = format!(
        "listen = \"{listen}\"\npublic_url = \"http://{listen}\"\ndata_dir = \"portal\"\nbrand = \"Acme Labeling\"\n\
         [oidc]\nissuer = \"{}\"\nclient_id = \"portal\"\nclient_secret_file = \"secret\"\n\
         [diffgram]\nurl = \"{}\"\npublic_url = \"{}\"\nmedia_hosts = [\"{host}\"]\n",
        provider.issuer, diffgram.url, diffgram.url,
    );
    write("secret", "a secret");
    write("hook", hook_token);
    for id in [ACME, GLOBEX] {
        let key = &diffgram.keys[id];
        write(&format!("key-{id}"), &key.client_secret);
        text.push_str(&format!(
            "[[project]]\nid = \"{id}\"\nclient_id = \"{}\"\nclient_secret_file = \"key-{id}\"\nwebhook_token_file = \"hook\"\n\
             [[project.role]]\nrole = \"admin\"\nclaim = \"groups\"\nany = [\"labeling-admins\"]\n\
             [[project.role]]\nrole = \"reviewer\"\nclaim = \"groups\"\nany = [\"labeling-reviewers\"]\n",
            key.client_id
        ));
    }
    text.push_str(
        "[[host]]\nid = \"shop\"\norigin = \"http://localhost:9001\"\nname = \"Acme Shop\"\n\
         [[host]]\nid = \"crm\"\norigin = \"https://crm.example.com\"\n\
         [[host]]\nid = \"studio\"\norigin = \"https://studio.example.com\"\nname = \"Studio\"\n\
         views = [\"inbox\", \"schema\"]\n\
         [host.look]\nscheme = \"dark\"\naccent = \"#0B6BCB\"\nradius = 4\ndensity = \"compact\"\nlocale = \"de\"\n\
         [host.brand]\nname = \"Acme & Sons\"\nlogo_file = \"logo\"\nfavicon_file = \"icon\"\n\
         support = \"help@studio.example.com\"\ntitle = \"Work\"\nwelcome = \"Hello.\"\nsignin = \"Sign in.\"\n",
    );
    write("logo", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
    write("icon", "\u{0}\u{0}\u{1}\u{0}\u{1}\u{0}");
    text.push_str(&format!(
        "\n[[grant]]\nproject = \"{ACME}\"\nclaim = \"customer\"\ndatasets = \"cust-{{claim}}-*\"\n\
         [[grant]]\nproject = \"{ACME}\"\nclaim = \"groups\"\nany = [\"labeling-reviewers\"]\ndatasets = \"*\"\n\
         [[grant]]\nproject = \"{ACME}\"\nclaim = \"customer\"\nany = [\"north\"]\njobs = \"Survey\"\n\
         guide = \"For North: mark the bright ones.\"\n\
         [[view]]\nname = \"Sure predictions\"\nquery = \"score>=0.8 sort:-score\"\n\
         [[view]]\nkind = \"tasks\"\nname = \"Reviews, oldest first\"\nquery = \"status=in_review,review_requested&sort=oldest\"\n\
         claim = \"groups\"\nany = [\"labeling-reviewers\"]\n\
         [schemas]\nmap = {{ north = \"Everyday scenes\" }}\nname = \"{{key}}es\"\n"
    ));
    write("portal.toml", &text);
    data.join("portal.toml")
}
