//! The portal's API as the command line asks it.

use std::time::Duration;

use anyhow::{Context as _, bail};
use portal_model::{
    api::schemas::{Review, Run, SchemaDetail, SchemaProblem, Wish, path},
    id::SchemaId,
    problem::{Problem, ProblemType},
    schema::SchemaDraft,
};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::words;
use crate::schema::file::Format;

/// A portal, asked with a key.
pub(super) struct Portal {
    http: reqwest::Client,
    url: Url,
    key: SecretString,
}

/// What a file would change.
pub(super) struct Planned {
    /// The schema that it would change.
    pub(super) now: SchemaDetail,
    pub(super) review: Review,
    wish: Wish,
}

impl Portal {
    pub(super) fn new(url: Url, key: SecretString) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .context("the HTTP client cannot start")?;
        Ok(Self { http, url, key })
    }

    fn request(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        let url = self.url.join(path).with_context(|| format!("{} is no address of a portal", self.url))?;
        Ok(self.http.request(method, url).bearer_auth(self.key.expose_secret()))
    }

    /// What is answered, unless that is a problem.
    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let answer = request.send().await.with_context(|| format!("{} does not answer", self.url))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let problem: Option<Problem> = answer.json().await.ok();
        bail!("{}", problem.map_or_else(|| not_a_portal(status), |problem| said(&problem)));
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        self.send(request).await?.json().await.context("the answer is not what this version expects")
    }

    pub(super) async fn export(&self, id: SchemaId, json: bool, ids: bool) -> anyhow::Result<String> {
        let format = if json { Format::Json } else { Format::Yaml };
        let path = format!("{}?format={}&ids={ids}", path::file(id), format.extension());
        Ok(self.send(self.request(Method::GET, &path)?).await?.text().await?)
    }

    /// A schema, and the draft that a file means over it.
    pub(super) async fn meant(
        &self,
        id: SchemaId,
        format: Format,
        text: &str,
    ) -> anyhow::Result<(SchemaDetail, SchemaDraft)> {
        // Somebody may change it between the two; not again and again.
        for _ in 0..5 {
            let now: SchemaDetail = self.json(self.request(Method::GET, &path::schema(id))?).await?;
            let request = self.request(Method::POST, &path::file(id))?;
            let request = request.header(header::CONTENT_TYPE, format.media()).body(text.to_owned());
            let answer = self.send(request).await?;
            let over = answer.headers().get(header::ETAG).and_then(|value| value.to_str().ok()).map(str::to_owned);
            let draft = answer.json().await.context("the answer is not what this version expects")?;
            if over.as_ref() == Some(&now.version) {
                return Ok((now, draft));
            }
        }
        bail!("somebody is changing this schema right now; try again in a minute")
    }

    pub(super) async fn plan(&self, id: SchemaId, format: Format, text: &str, why: &str) -> anyhow::Result<Planned> {
        let (now, draft) = self.meant(id, format, text).await?;
        let wish = Wish { draft, why: why.to_owned() };
        let answer = self.request(Method::POST, &path::plan(id))?.json(&wish).send().await;
        let answer = answer.with_context(|| format!("{} does not answer", self.url))?;
        let review: Review = self.unless_faulty(answer, &wish.draft).await?;
        if review.version != now.version {
            bail!("somebody changed this schema right now; try again")
        }
        Ok(Planned { now, review, wish })
    }

    pub(super) async fn apply(&self, id: SchemaId, planned: &Planned) -> anyhow::Result<Run> {
        let request = self.request(Method::POST, &path::apply(id))?;
        let request = request.header(header::IF_MATCH, &planned.review.version).json(&planned.wish);
        let answer = request.send().await.with_context(|| format!("{} does not answer", self.url))?;
        self.unless_faulty(answer, &planned.wish.draft).await
    }

    pub(super) async fn run(&self, id: SchemaId, run: i64) -> anyhow::Result<Run> {
        self.json(self.request(Method::GET, &path::run(id, run))?).await
    }

    /// What is answered, unless the draft has faults, which are told by name.
    async fn unless_faulty<T: DeserializeOwned>(&self, answer: Response, draft: &SchemaDraft) -> anyhow::Result<T> {
        let status = answer.status();
        if status.is_success() {
            return answer.json().await.context("the answer is not what this version expects");
        }
        let problem: Option<Problem> = answer.json().await.ok();
        let Some(problem) = problem else { bail!("{}", not_a_portal(status)) };
        let more: Option<SchemaProblem> =
            problem.edit.as_deref().and_then(|edit| serde_json::from_value(edit.clone()).ok());
        match (&problem.kind, more) {
            (ProblemType::InvalidDraft, Some(more)) => {
                bail!("The schema cannot become this:\n{}", words::faults(draft, &more.faults).trim_end())
            }
            (ProblemType::Conflict, Some(SchemaProblem { run: Some(run), .. })) => bail!(
                "another change of this schema is under way, {} of {} calls made: wait for its end, or stop it on the page",
                run.done,
                run.calls
            ),
            _ => bail!("{}", said(&problem)),
        }
    }
}

fn said(problem: &Problem) -> String {
    let detail = problem.detail.as_deref().filter(|detail| !detail.is_empty());
    words::plain(detail.unwrap_or(&problem.title))
}

fn not_a_portal(status: StatusCode) -> String {
    format!("the answer {status} is not one of a portal; give its address with --portal")
}
