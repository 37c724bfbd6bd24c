//! Starts the whole demo: the stand-in Diffgram, the identity provider, and the gateway as a child. For demo and tests only.

use std::{
    collections::HashMap,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Parser, ValueEnum};
use portal_demo::{
    diffgram::{self, StandIn},
    people::{ACME, GLOBEX, PEOPLE},
    provider::{self, Provider},
    shop::{self, Shop},
};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};

/// The demo of Diffgram Portal: everything on this machine, nothing real.
#[derive(Debug, Parser)]
#[command(name = "portal-demo")]
struct Arguments {
    /// The gateway to start.
    #[arg(long)]
    gateway: PathBuf,
    /// Where data go; a folder that is removed at the end without it.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Fixed: 8460 to 8463, or the next free ones. Free: any.
    #[arg(long, value_enum, default_value_t = Ports::Fixed)]
    ports: Ports,
    /// Gives Ana this many tasks more.
    #[arg(long, default_value_t = 0)]
    tasks: usize,
    /// So many picture files more in the datasets bulk-01 to bulk-20, without tasks: reviewers see them in the explorer.
    #[arg(long, default_value_t = 0)]
    files: usize,
    /// So many boxes on those files, 40 on each at the most.
    #[arg(long, default_value_t = 0)]
    annotations: usize,
    /// Adds a picture with 10,000 boxes and a clip with 10,000 frames, and gives Ana their tasks.
    #[arg(long)]
    extremes: bool,
    /// People sign in to the stand-in by a provider of its own, which loses where they were going, as at the real one.
    #[arg(long)]
    sign_on: bool,
    /// Prints one line of JSON when all is ready.
    #[arg(long)]
    json: bool,
    /// Shows the gateway's log here instead of writing it to the data folder.
    #[arg(long)]
    verbose: bool,
    /// Serve other machines too. They could sign in as anybody.
    #[arg(long)]
    allow_remote: bool,
    /// The address to serve on.
    #[arg(long, default_value = "127.0.0.1")]
    address: std::net::IpAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ports {
    Fixed,
    Free,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Only fails when one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    if !arguments.address.is_loopback() && !arguments.allow_remote {
        bail!("the demo signs anybody in as anybody, so it only serves this machine; --allow-remote overrides that");
    }
    let temporary = tempfile::tempdir()?;
    let data = match &arguments.data {
        Some(data) => data.clone(),
        None => temporary.path().to_path_buf(),
    };
    fs::create_dir_all(&data)?;

    // The gateway binds its own port: find a free one, then let it go.
    let portal = bind(&arguments, 8460).await?;
    let diffgram = bind(&arguments, 8461).await?;
    let provider = bind(&arguments, 8462).await?;
    let host = bind(&arguments, 8463).await?;
    let portal_address = portal.local_addr()?;
    let portal_url = format!("http://{portal_address}");

    let token: String = (0..32).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
    let secret: String = (0..32).map(|_| char::from(rand::random_range(b'a'..=b'z'))).collect();
    let webhooks: HashMap<String, (String, String)> =
        [ACME, GLOBEX].map(|p| (p.to_owned(), (format!("{portal_url}/webhooks/diffgram/{p}"), token.clone()))).into();
    let diffgram = StandIn::start(
        diffgram,
        diffgram::Options {
            webhooks,
            more_tasks: arguments.tasks,
            more_files: arguments.files,
            more_annotations: arguments.annotations,
            extremes: arguments.extremes,
            sign_on: arguments.sign_on,
        },
    )?;
    let provider = Provider::start(
        provider,
        provider::Options {
            redirect_uris: vec![format!("{portal_url}/signin/callback")],
            post_logout_redirect_uris: vec![format!("{portal_url}/signed-out")],
            client_id: "portal".into(),
            client_secret: Some(secret.clone()),
        },
    )?;
    let config = write_config(
        &data,
        portal_address,
        &diffgram,
        &provider,
        &secret,
        &token,
        (&shop::origin(&host)?, &shop::same_site(&host)?),
    )?;
    drop(portal);
    let keys = shop::Keys {
        people: make_key(&arguments, &config, &["embed"]).await?,
        admins: make_key(&arguments, &config, &["embed", "embed:admin", "schemas:write"]).await?,
    };
    let mut gateway = start_gateway(&arguments, &data, &config)?;
    wait_until_ready(&mut gateway, &portal_url, &data).await?;
    let host = Shop::start(host, &portal_url, keys)?;
    announce(&arguments, &portal_url, &diffgram, &provider, &host, &data);

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let ended = tokio::select! {
        _ = terminate.recv() => None,
        _ = interrupt.recv() => None,
        status = gateway.wait() => Some(status?),
    };
    if let Some(status) = ended {
        bail!("the gateway ended by itself ({status}). Its last words:\n{}", last_words(&data));
    }
    end(&mut gateway).await;
    Ok(())
}

async fn bind(arguments: &Arguments, wanted: u16) -> anyhow::Result<TcpListener> {
    if arguments.ports == Ports::Fixed {
        for port in (wanted..wanted + 100).step_by(10) {
            if let Ok(listener) = TcpListener::bind(SocketAddr::new(arguments.address, port)).await {
                return Ok(listener);
            }
        }
    }
    TcpListener::bind(SocketAddr::new(arguments.address, 0)).await.context("no port is free")
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o600))?)
}

fn write_config(
    data: &Path,
    listen: SocketAddr,
    diffgram: &StandIn,
    provider: &Provider,
    secret: &str,
    token: &str,
    shop: (&str, &str),
) -> anyhow::Result<PathBuf> {
    write_secret(&data.join("oidc-secret"), secret)?;
    write_secret(&data.join("hook"), token)?;
    let host = diffgram.url.trim_start_matches("http://");
    let mut text = format!(
        "# Written by portal-demo at each start.\nlisten = \"{listen}\"\npublic_url = \"http://{listen}\"\ndata_dir = \"portal\"\n\
         brand = \"Acme Labeling\"\ncontact = \"labeling@acme.example\"\nlog = \"text\"\n\n\
         [oidc]\nissuer = \"{}\"\nclient_id = \"portal\"\nclient_secret_file = \"oidc-secret\"\n\n\
         [diffgram]\nurl = \"{}\"\npublic_url = \"{}\"\nmedia_hosts = [\"{host}\"]\n\n[sync]\nsweep_seconds = 5\nrolling_seconds = 5\n",
        provider.issuer, diffgram.url, diffgram.url,
    );
    for (id, key) in [ACME, GLOBEX].map(|id| (id, &diffgram.keys[id])) {
        write_secret(&data.join(format!("key-{id}")), &key.client_secret)?;
        text.push_str(&format!(
            "\n[[project]]\nid = \"{id}\"\nclient_id = \"{}\"\nclient_secret_file = \"key-{id}\"\nwebhook_token_file = \"hook\"\n\
             [[project.role]]\nrole = \"admin\"\nclaim = \"groups\"\nany = [\"labeling-admins\"]\n\
             [[project.role]]\nrole = \"reviewer\"\nclaim = \"groups\"\nany = [\"labeling-reviewers\"]\n",
            key.client_id
        ));
    }
    fs::write(data.join("shop.svg"), shop::LOGO)?;
    for (id, name, origin) in [(shop::ID, "Acme Shop", shop.0), (shop::SAME_SITE, "Acme Market", shop.1)] {
        text.push_str(&format!(
            "\n[[host]]\nid = \"{id}\"\norigin = \"{origin}\"\nname = \"{name}\"\n\
             views = [\"inbox\", \"next\", \"task\", \"file\", \"explorer\", \"schema\"]\n\
             [host.look]\naccent = \"#0b6e4f\"\n[host.brand]\nlogo_file = \"shop.svg\"\nsupport = \"help@shop.example\"\n"
        ));
    }
    text.push_str(&format!(
        "\n[[grant]]\nproject = \"{ACME}\"\nclaim = \"customer\"\ndatasets = \"cust-{{claim}}-*\"\n\
         [[grant]]\nproject = \"{ACME}\"\nclaim = \"groups\"\nany = [\"labeling-reviewers\"]\ndatasets = \"*\"\n\
         [[grant]]\nproject = \"{ACME}\"\nclaim = \"customer\"\nany = [\"north\"]\njobs = \"Survey\"\n\
         guide = \"For customer North: mark every galaxy that is brighter than its neighbours.\"\n\
         [[view]]\nname = \"Sure predictions\"\nquery = \"score>=0.8 sort:-score\"\n\
         [[view]]\nkind = \"tasks\"\nname = \"Reviews, oldest first\"\nquery = \"status=in_review,review_requested&sort=oldest\"\n\
         claim = \"groups\"\nany = [\"labeling-reviewers\"]\n"
    ));
    let path = data.join("portal.toml");
    fs::write(&path, text)?;
    Ok(path)
}

/// A key for the host app's backend, made as an operator makes it, before the gateway starts.
async fn make_key(arguments: &Arguments, config: &Path, scopes: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new(&arguments.gateway);
    command.args(["keys", "new", "--name", "Acme Shop", "--project", ACME, "--json"]);
    command.args(scopes.iter().flat_map(|scope| ["--scope", scope]));
    command.arg("--config").arg(config).stdin(Stdio::null()).kill_on_drop(true);
    without_settings(&mut command);
    let done = command.output().await.with_context(|| format!("{} cannot be started", arguments.gateway.display()))?;
    let made: Value = serde_json::from_slice(&done.stdout)
        .with_context(|| format!("no key could be made: {}", String::from_utf8_lossy(&done.stderr)))?;
    Ok(made["key"].as_str().context("the gateway made no key")?.to_owned())
}

/// Everything is in the file: settings of another gateway in the environment do not count here.
fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PORTAL_")) {
        command.env_remove(name);
    }
}

fn start_gateway(arguments: &Arguments, data: &Path, config: &Path) -> anyhow::Result<Child> {
    let mut command = Command::new(&arguments.gateway);
    command.arg("serve").arg("--config").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    if !arguments.verbose {
        command.stderr(fs::File::create(data.join("gateway.log"))?);
    }
    without_settings(&mut command);
    // Ctrl-C of the terminal goes to the whole group: the demo ends the gateway itself, in order.
    command.process_group(0);
    command
        .spawn()
        .with_context(|| format!("{} cannot be started; build it with cargo xtask demo", arguments.gateway.display()))
}

async fn wait_until_ready(gateway: &mut Child, url: &str, data: &Path) -> anyhow::Result<()> {
    let health = format!("{url}/healthz");
    for _ in 0..200 {
        if let Some(status) = gateway.try_wait()? {
            bail!("the gateway did not start ({status}). Its last words:\n{}", last_words(data));
        }
        if reqwest::get(&health).await.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the gateway does not answer. Its last words:\n{}", last_words(data))
}

fn last_words(data: &Path) -> String {
    let log = fs::read_to_string(data.join("gateway.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(15).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

#[expect(clippy::print_stdout, reason = "this is what people started it for")]
fn announce(arguments: &Arguments, portal: &str, diffgram: &StandIn, provider: &Provider, host: &Shop, data: &Path) {
    if arguments.json {
        let people: Vec<_> =
            PEOPLE.iter().map(|p| json!({"email": p.email, "name": p.name(), "what": p.what})).collect();
        println!(
            "{}",
            json!({"portal": portal, "diffgram": diffgram.url, "provider": provider.issuer, "host": host.url, "data": data, "people": people})
        );
        return;
    }
    println!("\n  Diffgram Portal    {portal}\n\n  Sign in as");
    for person in &PEOPLE {
        println!("    {:<24}{:<14}{}", person.email, person.name(), person.what);
    }
    println!(
        "\n  In a host app      {}\n  Stand-in Diffgram  {}\n  Identity provider  {}\n  Data               {}",
        host.url,
        diffgram.url,
        provider.issuer,
        data.display()
    );
    println!("\n  Ctrl-C ends all of it.\n");
}

async fn end(gateway: &mut Child) {
    if let Some(id) = gateway.id() {
        // The gateway drains on SIGTERM.
        let _ = Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
    }
    if tokio::time::timeout(Duration::from_secs(8), gateway.wait()).await.is_err() {
        let _ = gateway.kill().await;
    }
}
