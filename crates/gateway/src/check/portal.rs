//! The portal itself: its store, and how it looks from outside.

use serde_json::json;

use super::{Finding, Try};
use crate::store::Store;

/// The data folder can be written and the store opened.
pub(super) async fn store(check: &Try<'_>) -> Finding {
    let folder = &check.config.data_dir;
    let probe = folder.join(format!("check-{}", crate::random_token()));
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, ""))
        .and_then(|()| std::fs::remove_file(&probe));
    if let Err(error) = written {
        return Finding::failure(
            "store",
            format!("{} cannot be written: {error}", folder.display()),
            "give the gateway's user this folder, or choose another with data_dir",
        );
    }
    match Store::open(&folder.join("portal.sqlite3")).await {
        Ok(_) => Finding::ok("store", format!("{} can be used", folder.display())),
        Err(error) => Finding::failure("store", error.to_string(), "see docs/operate.md, backup"),
    }
}

/// The running portal, asked at its public address.
pub(super) async fn outside(check: &Try<'_>) -> Vec<Finding> {
    let origin = check.config.origin();
    let mut findings = Vec::new();
    findings.push(if check.config.is_plain_loopback() {
        Finding::warning(
            "address",
            format!("{origin} is for this machine only; cookies are not marked Secure"),
            "for others, set public_url to the https address of the proxy in front",
        )
    } else {
        Finding::ok("address", format!("{origin}, cookies marked Secure"))
    });
    let health = check.http.get(format!("{origin}/healthz")).send().await;
    match health {
        Ok(answer) if answer.status().is_success() => {}
        Ok(answer) => {
            findings.push(Finding::warning(
                "running portal",
                format!("{origin} answers {} where the portal should", answer.status()),
                "check the proxy in front: it must pass everything under this address to `listen`",
            ));
            return findings;
        }
        Err(error) => {
            findings.push(Finding::warning(
                "running portal",
                format!("{origin} does not answer from here: {}", error.without_url()),
                "start it with `diffgram-portal serve`, and run this again to try webhooks and framing",
            ));
            return findings;
        }
    }
    findings.push(Finding::ok("running portal", format!("{origin} answers")));
    for project in check.config.projects.values() {
        findings.push(webhook(check, &origin, project).await);
    }
    findings.extend(framing(check, &origin).await);
    findings
}

/// A delivery with a wrong token must be refused by the portal itself.
async fn webhook(check: &Try<'_>, origin: &str, project: &crate::config::Project) -> Finding {
    let name = format!("webhook of {}", project.id);
    let url = format!("{origin}/webhooks/diffgram/{}", project.id);
    if project.webhook_token.is_none() {
        return Finding::warning(
            name,
            "none is taken, so changes show only at the next reading",
            "set webhook_token_file, and a workflow in Diffgram that sends to it",
        );
    }
    let body = json!({"kind": "check", "token": "not the token"});
    match check.http.post(&url).json(&body).send().await {
        Ok(answer) if answer.status() == http::StatusCode::UNAUTHORIZED => {
            Finding::ok(name, format!("{url} is reached, and refuses a wrong token"))
        }
        Ok(answer) => Finding::failure(
            name,
            format!("{url} answers {} to a wrong token, not 401", answer.status()),
            "check the proxy in front: POST requests to /webhooks/ must reach the portal unchanged",
        ),
        Err(error) => Finding::failure(
            name,
            format!("{url} does not answer: {}", error.without_url()),
            "check the proxy in front",
        ),
    }
}

/// Whether the page at an address arrives with this in its content security policy.
async fn allows(check: &Try<'_>, url: &str, ancestors: &str) -> Option<bool> {
    let answer = check.http.get(url).send().await.ok()?;
    let all = answer.headers().get_all(http::header::CONTENT_SECURITY_POLICY);
    let ends = format!("frame-ancestors {ancestors}");
    Some(all.iter().any(|value| value.to_str().is_ok_and(|policy| policy.split(';').any(|part| part.trim() == ends))))
}

/// Nobody may frame the page, each host its own path and nothing else, and no proxy takes that back.
async fn framing(check: &Try<'_>, origin: &str) -> Vec<Finding> {
    let hosts = check.config.hosts.values().map(|host| {
        let name = format!("framing by {}", host.id);
        (
            name,
            format!("{origin}/embed/{}/signed-out", host.id),
            host.origin.as_str(),
            format!("only {} may", host.origin),
        )
    });
    let nobody = ("framing".to_owned(), origin.to_owned(), "'none'", "nobody may frame the page".to_owned());
    let mut findings = Vec::new();
    for (name, url, ancestors, good) in std::iter::once(nobody).chain(hosts) {
        findings.push(match allows(check, &url, ancestors).await {
            Some(true) => Finding::ok(name, good),
            Some(false) => Finding::failure(
                name,
                "the page's Content-Security-Policy does not arrive",
                "let the proxy in front pass the portal's headers on unchanged, and add none of its own",
            ),
            None => Finding::warning(name, "the page did not answer", "run this again"),
        });
    }
    findings
}
