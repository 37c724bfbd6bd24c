//! `GET /api/hosts`: the configured host apps and how their frames fare, for admins.

use axum::{Json, extract::State};
use portal_model::api::embed::HostRow;
use url::{Host, Url};

use crate::{
    app::App,
    clock::wire,
    keys,
    problem::Reply,
    session::{caller::Caller, person::Person},
};

/// Answers to whoever is an admin of a project, with all hosts: they are of the install.
#[utoipa::path(
    get,
    operation_id = "listHosts",
    path = "/api/hosts",
    tag = "embed",
    responses((status = 200, description = "By id", body = Vec<HostRow>), crate::openapi::Failures),
    security(("session" = [])),
)]
pub async fn list(State(app): State<App>, person: Person) -> Result<Json<Vec<HostRow>>, Reply> {
    app.policy.admin(&Caller::Person(Box::new(person)), keys::Scope::SchemasRead)?;
    let sessions = app.sessions.in_frames().await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "hosts.unreadable");
        Reply::store_unavailable()
    })?;
    let row = |host: &std::sync::Arc<crate::config::Host>| {
        let fares = app.reports.of(&host.id);
        HostRow {
            same_site: Url::parse(&host.origin).is_ok_and(|origin| same_site(&origin, &app.config.public_url)),
            seen: fares.last.as_ref().map(|(at, _)| wire(*at)),
            errors: fares.errors(),
            report: fares.last.map(|(_, report)| report),
            sessions: sessions.get(&host.id).copied().unwrap_or_default(),
            host: host.shown(),
        }
    };
    Ok(Json(app.config.hosts.values().map(row).collect()))
}

/// Whether browsers take two origins for one site (HTML, "same site"): of one scheme, and one registrable domain; without such a
/// domain, of one host. Ports do not count.
fn same_site(a: &Url, b: &Url) -> bool {
    if a.scheme() != b.scheme() {
        return false;
    }
    match (a.host(), b.host()) {
        (Some(Host::Domain(a)), Some(Host::Domain(b))) => {
            a == b || psl::domain_str(a).zip(psl::domain_str(b)).is_some_and(|(a, b)| a == b)
        }
        (a, b) => a.is_some() && a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_site_is_one_scheme_and_one_registrable_domain() {
        for (a, b, same) in [
            ("https://portal.example.com", "https://shop.example.com", true),
            ("https://portal.example.com", "https://shop.example.com:8443", true),
            ("https://portal.example.com", "https://example.com", true),
            ("https://portal.example.com", "https://shop.example.org", false),
            ("https://portal.acme.co.uk", "https://shop.acme.co.uk", true),
            ("https://acme.co.uk", "https://other.co.uk", false),
            ("https://acme.github.io", "https://other.github.io", false),
            ("http://localhost:8460", "http://localhost:9001", true),
            ("http://localhost:8460", "http://127.0.0.1:9001", false),
            ("http://127.0.0.1:8460", "http://127.0.0.1:9001", true),
            ("http://[::1]:1", "http://[::1]:2", true),
            ("http://shop.localhost:9001", "http://portal.localhost:8460", false),
            ("http://localhost:8460", "https://localhost:9001", false),
            ("https://intranet", "https://other", false),
            ("https://intranet", "https://intranet:2", true),
        ] {
            let url = |text: &str| Url::parse(text).unwrap();
            assert_eq!(same_site(&url(a), &url(b)), same, "{a} {b}");
            assert_eq!(same_site(&url(b), &url(a)), same, "{b} {a}");
        }
    }
}
