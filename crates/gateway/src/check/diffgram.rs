//! Diffgram: whether it answers, what each project's key may do, and where its files lie.

use portal_diffgram::{Client, ClientConfig, Error, ProjectClient, types::TaskFilter};
use url::Url;

use super::{Finding, Try, pace};
use crate::config::Project;

pub(super) async fn all(check: &Try<'_>) -> anyhow::Result<Vec<Finding>> {
    let client = Client::new(ClientConfig::new(check.config.diffgram.url.clone()))?;
    let mut findings = reach(check, &client).await;
    if findings.iter().all(|finding| finding.level != super::Level::Failure) {
        for project in check.config.projects.values() {
            let of_project =
                client.project(project.id.clone(), project.client_id.clone(), project.client_secret.clone());
            findings.push(key(project, &of_project).await);
            findings.push(media(check, project, &of_project).await);
            findings.push(pace::of(check, project, &of_project).await);
        }
    }
    Ok(findings)
}

/// Answers, and does not send us to https because it does not see that it has it.
async fn reach(check: &Try<'_>, client: &Client) -> Vec<Finding> {
    let at = &check.config.diffgram.url;
    match client.status().await {
        Ok(()) => vec![
            Finding::ok("Diffgram", format!("{at} answers")),
            Finding::ok("forwarded headers", "Diffgram takes X-Forwarded-Proto from here"),
        ],
        Err(Error::Redirect) => vec![Finding::failure(
            "forwarded headers",
            format!("{at} redirects instead of answering"),
            "point diffgram.url at the last server before Diffgram, or let what stands between pass X-Forwarded-Proto on",
        )],
        Err(Error::NotJson { status }) => vec![Finding::failure(
            "Diffgram",
            format!("{at} answers {status} with a page, not as Diffgram does"),
            "check diffgram.url: it is the address under which /api/status says true",
        )],
        Err(error) => vec![Finding::failure(
            "Diffgram",
            format!("{at}: {error}"),
            "check diffgram.url, and that this machine may reach it",
        )],
    }
}

/// Everything that is read with the key, tried once.
async fn key(project: &Project, client: &ProjectClient) -> Finding {
    let name = format!("key of {}", project.id);
    let new_key = format!(
        "make a key of level Editor in project {}, and put its id and secret into client_id and client_secret_file",
        project.id
    );
    let tries: [(&str, Result<(), Error>); 5] = [
        ("the project", client.view().await.map(drop)),
        ("its members", client.members().await.map(drop)),
        ("its jobs", client.jobs(1).await.map(drop)),
        ("its tasks", client.tasks(&TaskFilter::default(), 0, 1).await.map(drop)),
        ("its model runs", client.model_runs().await.map(drop)),
    ];
    let refused: Vec<&str> = tries
        .iter()
        .filter(|(_, tried)| matches!(tried, Err(Error::Forbidden { .. })))
        .map(|(what, _)| *what)
        .collect();
    if refused.len() == tries.len() {
        return Finding::failure(name, "Diffgram knows no such key for this project", new_key);
    }
    if !refused.is_empty() {
        return Finding::failure(name, format!("it may not read {}", refused.join(", ")), new_key);
    }
    match tries.into_iter().find_map(|(what, tried)| tried.err().map(|error| (what, error))) {
        Some((what, error)) => {
            Finding::warning(name, format!("{what}: {error}"), "try again; if it stays, see Diffgram's log")
        }
        None => Finding::ok(name, "reads project, members, jobs, tasks and model runs"),
    }
}

/// A real file's address: its host is allowed, and it can be fetched from here.
async fn media(check: &Try<'_>, project: &Project, client: &ProjectClient) -> Finding {
    let name = format!("files of {}", project.id);
    let file = match client.tasks(&TaskFilter::default(), 0, 1).await {
        Ok(page) => page.tasks.first().map(|task| task.file.id),
        Err(_) => None,
    };
    let Some(file) = file else {
        return Finding::warning(name, "there is no task with a file to try", "run this again once there is one");
    };
    let url = match client.signed_urls(file).await {
        Ok(urls) => urls.full.and_then(|url| Url::parse(&url).ok()),
        Err(error) => {
            return Finding::warning(name, format!("Diffgram gives no address: {error}"), "see Diffgram's log");
        }
    };
    let Some(url) = url else {
        return Finding::warning(name, "the first file has no address", "see Diffgram's log");
    };
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    };
    if !check.config.diffgram.media_hosts.contains(&host) {
        return Finding::failure(
            name,
            format!("they lie at {host}, which is not allowed"),
            format!("add {host:?} to diffgram.media_hosts"),
        );
    }
    match check.http.get(url).header(http::header::RANGE, "bytes=0-0").send().await {
        Ok(answer) if answer.status().is_success() => Finding::ok(name, format!("{host} gives them")),
        Ok(answer) => Finding::failure(
            name,
            format!("{host} answers {}", answer.status()),
            "check that Diffgram's storage settings are those of its own pages",
        ),
        Err(error) => Finding::failure(
            name,
            format!("{host} cannot be reached: {}", error.without_url()),
            "let this machine reach the storage",
        ),
    }
}
