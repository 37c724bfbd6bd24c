//! `diffgram-portal keys …`: keys are made, listed, changed over and ended at the gateway's command line, beside its store.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use jiff::SignedDuration;
use portal_model::{api::audit::Outcome, id::ProjectId};
use serde_json::json;

use super::{Keys, Scope};
use crate::{
    audit::{Actor, Audit, Intent},
    clock::SystemClock,
    config::Config,
    store::Store,
};

/// What to do with keys.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Make a key. It is printed once and kept nowhere.
    New {
        /// What it is for, for example the host app's name.
        #[arg(long)]
        name: String,
        /// The one project it opens.
        #[arg(long)]
        project: String,
        /// What it may do: embed, embed:admin, schemas:read, schemas:write, views:write. Can be given several times.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        /// It ends by itself after so many days.
        #[arg(long)]
        days: Option<u16>,
    },
    /// List keys, without the keys themselves.
    List,
    /// Make a new key like an old one, which goes on for some hours so that the host app can change over.
    Rotate {
        /// The old one's id, as listed.
        id: String,
        /// How long the old one goes on.
        #[arg(long, default_value_t = 24)]
        hours: u16,
    },
    /// End a key at once.
    Revoke {
        /// Its id, as listed.
        id: String,
    },
}

/// Does it, and answers what to print.
///
/// # Errors
/// When the store cannot be used, or the project or key is not there.
pub async fn run(config: &Config, command: Command, json: bool) -> anyhow::Result<String> {
    std::fs::create_dir_all(&config.data_dir).context("the data folder cannot be made")?;
    let store = Store::open(&config.data_dir.join("portal.sqlite3")).await?;
    let clock = std::sync::Arc::new(SystemClock);
    let (keys, audit) = (Keys::new(store.clone(), clock.clone()), Audit::new(store, clock));
    match command {
        Command::New { name, project, scopes, days } => {
            let project = ProjectId(project);
            if !config.projects.contains_key(&project) {
                let known: Vec<&str> = config.projects.keys().map(|id| id.0.as_str()).collect();
                bail!("there is no project {project} in the configuration; there are {}", known.join(", "));
            }
            let line = begin(&audit, &project, "key.new", &name, &scopes).await?;
            let days = days.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
            let (id, secret) = keys.make(&name, &project, &scopes, days).await?;
            audit.end(line, Outcome::Done, &json!({"id": id})).await?;
            Ok(made(&id, &secret, json))
        }
        Command::List => {
            let all = keys.list().await?;
            if json {
                return Ok(serde_json::to_string_pretty(&all)?);
            }
            if all.is_empty() {
                return Ok("There are no keys. Make one with: diffgram-portal keys new --help".into());
            }
            let lines = all.iter().map(|key| {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
                let (ends, used) = (key.expires.as_deref().unwrap_or("never"), key.used.as_deref().unwrap_or("never"));
                format!(
                    "{}  {}  {}\n    may: {}\n    made: {}   ends: {ends}   last used: {used}",
                    key.id,
                    key.project,
                    key.name,
                    scopes.join(", "),
                    key.created
                )
            });
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
        Command::Rotate { id, hours } => {
            let Some(old) = keys.list().await?.into_iter().find(|key| key.id == id) else { return missing(&id) };
            let line = begin(&audit, &ProjectId(old.project), "key.rotate", &id, &old.scopes).await?;
            let Some((new, secret)) = keys.rotate(&id, SignedDuration::from_hours(i64::from(hours))).await? else {
                audit.end(line, Outcome::Refused, &"it has ended").await?;
                bail!("the key {id} has ended; make a new one with keys new");
            };
            audit.end(line, Outcome::Done, &json!({"id": new})).await?;
            Ok(made(&new, &secret, json))
        }
        Command::Revoke { id } => {
            let Some(old) = keys.list().await?.into_iter().find(|key| key.id == id) else { return missing(&id) };
            let line = begin(&audit, &ProjectId(old.project), "key.revoke", &id, &old.scopes).await?;
            keys.revoke(&id).await?;
            audit.end(line, Outcome::Done, &()).await?;
            Ok(format!("The key {id} opens nothing any more."))
        }
    }
}

async fn begin(
    audit: &Audit,
    project: &ProjectId,
    action: &'static str,
    key: &str,
    scopes: &[Scope],
) -> anyhow::Result<crate::audit::Line> {
    let intent = Intent { project, action, subject: format!("key {key}"), detail: scopes, request_id: None };
    Ok(audit.begin(&Actor::Command, intent).await?)
}

fn missing(id: &str) -> anyhow::Result<String> {
    bail!("there is no key {id}; see diffgram-portal keys list")
}

fn made(id: &str, secret: &str, json: bool) -> String {
    if json {
        return json!({"id": id, "key": secret}).to_string();
    }
    format!("{secret}\n\nThis is the key, shown this once. Its id is {id}.")
}
