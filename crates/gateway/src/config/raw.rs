//! From text to a checked configuration: unknown keys are refused with line and nearest name, secrets come from files.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use portal_model::{id::ProjectId, permalink::DiffgramOrigin, person::Role};
use secrecy::SecretString;
use serde::Deserialize;
use url::{Host, Url};

use super::{
    Config, ConfigError, Diffgram, LogFormat, Oidc, Periods, Project, ProvisionUsers, RoleRule, SessionLimits,
    brand::is_contact,
    grants,
    hosts::{RawHost, hosts},
    schemas, views,
};

/// The file as written: everything optional here, so that what is missing gets a sentence of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Raw {
    listen: Option<String>,
    public_url: Option<String>,
    data_dir: Option<PathBuf>,
    brand: Option<String>,
    contact: Option<String>,
    log: Option<String>,
    oidc: RawOidc,
    session: RawSession,
    diffgram: RawDiffgram,
    sync: RawSync,
    project: Vec<RawProject>,
    host: Vec<RawHost>,
    grant: Vec<grants::RawGrant>,
    view: Vec<views::RawView>,
    schemas: schemas::RawSchemas,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawOidc {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    scopes: Option<Vec<String>>,
    provision_users: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawSession {
    idle_minutes: Option<u64>,
    absolute_hours: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawDiffgram {
    url: Option<String>,
    public_url: Option<String>,
    sso: Option<bool>,
    media_hosts: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawSync {
    sweep_seconds: Option<u64>,
    rolling_seconds: Option<u64>,
    small_things_seconds: Option<u64>,
    files_seconds: Option<u64>,
    page_rows: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawProject {
    id: Option<String>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    webhook_token_file: Option<PathBuf>,
    role: Vec<RawRole>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawRole {
    role: Option<String>,
    claim: Option<String>,
    any: Vec<String>,
}

/// Reads the file, then lays `PORTAL_<SECTION>__<KEY>` over it.
pub(super) fn read(
    text: &str,
    file: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Raw, ConfigError> {
    let raw: Raw = toml::from_str(text).map_err(|error| in_file(text, file, &error))?;
    let mut table: toml::Table = toml::from_str(text).map_err(|error| in_file(text, file, &error))?;
    let mut changed = false;
    for (name, value) in environment {
        let Some(key) = name.strip_prefix("PORTAL_") else { continue };
        let path: Vec<String> = key.split("__").map(str::to_lowercase).collect();
        lay_over(&mut table, &path, &value)
            .and_then(|()| {
                toml::Value::Table(table.clone()).try_into::<Raw>().map(drop).map_err(|error| explain(error.message()))
            })
            .map_err(|what| ConfigError { place: format!("environment variable {name}"), what })?;
        changed = true;
    }
    if !changed {
        return Ok(raw);
    }
    toml::Value::Table(table)
        .try_into()
        .map_err(|error| ConfigError { place: "environment".into(), what: explain(error.message()) })
}

fn lay_over(table: &mut toml::Table, path: &[String], value: &str) -> Result<(), String> {
    match path {
        [] => Ok(()),
        [key] => {
            // Numbers, booleans and lists are written as in the file; everything else is text.
            let value = toml::from_str::<toml::Table>(&format!("v = {value}"))
                .ok()
                .and_then(|mut parsed| parsed.remove("v"))
                .unwrap_or_else(|| toml::Value::String(value.to_owned()));
            table.insert(key.clone(), value);
            Ok(())
        }
        [section, rest @ ..] => {
            let inner = table.entry(section.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
            match inner {
                toml::Value::Table(inner) => lay_over(inner, rest, value),
                _ => Err(format!("`{section}` has no keys of its own; projects can only be set in the file")),
            }
        }
    }
}

fn in_file(text: &str, file: &str, error: &toml::de::Error) -> ConfigError {
    let place = match error.span() {
        Some(span) => {
            let line = text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1);
            format!("{file}, line {line}")
        }
        None => file.to_owned(),
    };
    ConfigError { place, what: explain(error.message()) }
}

/// Adds the nearest name to "unknown field `x`, expected one of `a`, `b`".
fn explain(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field `") else { return message.to_owned() };
    let Some((wrong, rest)) = rest.split_once('`') else { return message.to_owned() };
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let nearest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().div_ceil(2));
    match nearest {
        Some((_, name)) => format!("there is no key `{wrong}` here; did you mean `{name}`?"),
        None => format!("there is no key `{wrong}` here; there are {}", known.join(", ")),
    }
}

impl Raw {
    pub(super) fn check(self, file: &str, folder: &Path) -> Result<Config, ConfigError> {
        let fault = |what: String| ConfigError { place: file.to_owned(), what };
        let need = |value: Option<String>, key: &str, example: &str| {
            value
                .filter(|text| !text.trim().is_empty())
                .ok_or_else(|| fault(format!("`{key}` is missing; write for example {key} = \"{example}\"")))
        };

        let listen = self.listen.unwrap_or_else(|| "127.0.0.1:8460".into());
        let listen: SocketAddr = listen.parse().map_err(|_| {
            fault(format!("`listen` is {listen:?}; write address and port, for example \"127.0.0.1:8460\""))
        })?;
        let public_url = need(self.public_url, "public_url", "https://portal.example.com")?;
        let public_url = origin_url(&public_url).map_err(|what| fault(format!("`public_url` {what}")))?;

        let issuer = need(self.oidc.issuer, "oidc.issuer", "https://login.example.com")?;
        secure(&issuer).map_err(|what| fault(format!("`oidc.issuer` {what}")))?;
        let scopes = self.oidc.scopes.unwrap_or_else(|| ["openid", "email", "profile"].map(String::from).to_vec());
        if scopes.first().map(String::as_str) != Some("openid") {
            return Err(fault("`oidc.scopes` must begin with \"openid\"".into()));
        }
        let provision_users = match self.oidc.provision_users.as_deref().unwrap_or("match") {
            "off" => ProvisionUsers::Off,
            "match" => ProvisionUsers::Match,
            other => return Err(fault(format!("`oidc.provision_users` is {other:?}; write \"match\" or \"off\""))),
        };
        let oidc = Oidc {
            issuer,
            client_id: need(self.oidc.client_id, "oidc.client_id", "diffgram-portal")?,
            client_secret: self
                .oidc
                .client_secret_file
                .map(|path| secret(folder, &path, "oidc.client_secret_file", file))
                .transpose()?,
            scopes,
            provision_users,
        };

        let idle = Duration::from_secs(60 * self.session.idle_minutes.unwrap_or(480).clamp(1, 60 * 24 * 30));
        let absolute = Duration::from_secs(3600 * self.session.absolute_hours.unwrap_or(24).clamp(1, 24 * 90));
        let diffgram = diffgram(self.diffgram, file)?;
        let seconds = |value: Option<u64>, default: u64| Duration::from_secs(value.unwrap_or(default).clamp(1, 86_400));
        let sync = Periods {
            sweep: seconds(self.sync.sweep_seconds, 15),
            rolling: seconds(self.sync.rolling_seconds, 10),
            small_things: seconds(self.sync.small_things_seconds, 60),
            files: (self.sync.files_seconds != Some(0)).then(|| seconds(self.sync.files_seconds, 60)),
            page: self.sync.page_rows.unwrap_or(500).clamp(1, 1000),
            retry: Duration::from_millis(500),
        };
        if let Some(contact) = &self.contact
            && !is_contact(contact)
        {
            return Err(fault(format!("`contact` is {contact:?}; write an e-mail address or an https link")));
        }
        let hosts = hosts(self.host, &public_url, file, folder)?;
        let log = match self.log.as_deref().unwrap_or("json") {
            "json" => LogFormat::Json,
            "text" => LogFormat::Text,
            other => return Err(fault(format!("`log` is {other:?}; write \"json\" or \"text\""))),
        };
        let projects = projects(self.project, file, folder)?;
        let (views, task_views) = views::check(self.view).map_err(fault)?;
        Ok(Config {
            listen,
            public_url,
            data_dir: folder.join(self.data_dir.unwrap_or_else(|| "data".into())),
            brand: self.brand.unwrap_or_else(|| "Diffgram Portal".into()),
            contact: self.contact,
            log,
            oidc,
            session: SessionLimits { idle, absolute },
            diffgram,
            sync,
            grants: grants::check(self.grant, &projects).map_err(fault)?,
            views,
            task_views,
            schemas: schemas::check(self.schemas).map_err(fault)?,
            projects,
            hosts,
        })
    }
}

fn diffgram(raw: RawDiffgram, file: &str) -> Result<Diffgram, ConfigError> {
    let fault = |what: String| ConfigError { place: file.to_owned(), what };
    let url = raw.url.ok_or_else(|| fault("`diffgram.url` is missing; write where the gateway reaches Diffgram, for example diffgram.url = \"http://diffgram:8085\"".into()))?;
    let parsed = Url::parse(&url)
        .ok()
        .filter(|u| matches!(u.scheme(), "http" | "https") && u.path() == "/" && u.query().is_none());
    let parsed = parsed.ok_or_else(|| {
        fault(format!(
            "`diffgram.url` is {url:?}; write scheme and host without a path, for example \"http://diffgram:8085\""
        ))
    })?;
    let public = raw.public_url.unwrap_or(url);
    let public_origin =
        DiffgramOrigin::parse(&public).map_err(|error| fault(format!("`diffgram.public_url`: {error}")))?;
    let media_hosts = raw.media_hosts.unwrap_or_default();
    if let Some(bad) = media_hosts.iter().find(|host| host.contains('/') || host.contains('*') || host.is_empty()) {
        return Err(fault(format!(
            "`diffgram.media_hosts` holds {bad:?}; write a host or host:port, for example \"storage.googleapis.com\""
        )));
    }
    Ok(Diffgram { url: parsed, public_origin, single_sign_on: raw.sso, media_hosts })
}

fn projects(raw: Vec<RawProject>, file: &str, folder: &Path) -> Result<BTreeMap<ProjectId, Project>, ConfigError> {
    let fault = |what: String| ConfigError { place: file.to_owned(), what };
    if raw.is_empty() {
        return Err(fault("no [[project]] is configured; add one with id, client_id and client_secret_file".into()));
    }
    let mut projects = BTreeMap::new();
    for project in raw {
        let id = ProjectId(project.id.unwrap_or_default());
        if !id.is_valid() {
            return Err(fault(format!(
                "[[project]] id is {:?}; write Diffgram's project id: 4 to 30 letters, digits, _ or -",
                id.0
            )));
        }
        let client_id = project
            .client_id
            .ok_or_else(|| fault(format!("[[project]] {id}: `client_id` of its API key is missing")))?;
        let path = project
            .client_secret_file
            .ok_or_else(|| fault(format!("[[project]] {id}: `client_secret_file` of its API key is missing")))?;
        let roles = project.role.into_iter().map(|role| rule(role, &id).map_err(fault)).collect::<Result<_, _>>()?;
        let checked = Project {
            id: id.clone(),
            client_id,
            client_secret: secret(folder, &path, "client_secret_file", file)?,
            webhook_token: project
                .webhook_token_file
                .map(|path| secret(folder, &path, "webhook_token_file", file))
                .transpose()?,
            roles,
        };
        if projects.insert(id.clone(), checked).is_some() {
            return Err(fault(format!("[[project]] {id} stands twice")));
        }
    }
    Ok(projects)
}

fn rule(raw: RawRole, id: &ProjectId) -> Result<RoleRule, String> {
    let role = match raw.role.as_deref() {
        Some("admin") => Role::Admin,
        Some("reviewer") => Role::Reviewer,
        other => {
            return Err(format!(
                "[[project.role]] of {id}: role is {:?}; write \"admin\" or \"reviewer\"",
                other.unwrap_or("")
            ));
        }
    };
    match raw.claim {
        Some(claim) if !claim.is_empty() && !raw.any.is_empty() => Ok(RoleRule { role, claim, any: raw.any }),
        _ => Err(format!("[[project.role]] of {id}: write claim = \"groups\" and any = [\"a value\"]")),
    }
}

/// An origin people can use: https, or http on loopback; no path, query or user.
pub(super) fn origin_url(text: &str) -> Result<Url, String> {
    secure(text)?;
    let url = Url::parse(text).map_err(|_| format!("is {text:?}; write for example \"https://portal.example.com\""))?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    bare.then_some(url)
        .ok_or_else(|| format!("is {text:?}; write scheme and host only, for example \"https://portal.example.com\""))
}

pub(super) fn secure(text: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|_| format!("is {text:?}, which is no URL"))?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err(format!("is {text:?}; it must be https (http is only for loopback addresses)")),
    }
}

/// A secret's file: relative to the configuration, not readable by everybody, one line.
fn secret(folder: &Path, path: &Path, key: &str, file: &str) -> Result<SecretString, ConfigError> {
    let full = folder.join(path);
    let shown = full.display();
    let fault = |what: String| ConfigError { place: file.to_owned(), what };
    let text =
        std::fs::read_to_string(&full).map_err(|error| fault(format!("`{key}`: {shown} cannot be read ({error})")))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&full).map_or(0, |meta| meta.permissions().mode());
        if mode & 0o007 != 0 {
            return Err(fault(format!("`{key}`: everybody on this machine can read {shown}; run chmod 600 {shown}")));
        }
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(fault(format!("`{key}`: {shown} is empty")));
    }
    Ok(SecretString::from(text.to_owned()))
}
