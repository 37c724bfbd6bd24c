//! The project itself: its name, members, jobs and model runs. Small answers, read whole.

use portal_model::id::{JobId, MemberId, ModelRunId, SchemaId, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::{Job, JobPage, JobPeople, Member, ModelRun, Project},
    wire::{Tolerant, text},
};

/// Jobs of a page: the offset is always in fifties, whatever `limit` says (`diffgram-api.md` §13, trap 38).
const JOBS_A_PAGE: usize = 50;

impl ProjectClient {
    /// `GET /api/project/{p}/view` (`diffgram-api.md` §12.1).
    ///
    /// # Errors
    /// Any [`Error`]; a project that is being deleted answers with a bare text, which is a [`Error::Shape`].
    pub async fn view(&self) -> Result<Project, Error> {
        #[derive(Deserialize)]
        struct Wire {
            project: WireProject,
        }
        #[derive(Deserialize)]
        struct WireProject {
            #[serde(default, deserialize_with = "text")]
            name: String,
        }
        let wire: Wire = self.call(Call::get("project", format!("/api/project/{}/view", self.id))).await?;
        let name = if wire.project.name.is_empty() { self.id.0.clone() } else { wire.project.name };
        Ok(Project { id: self.id.clone(), name })
    }

    /// `GET /api/project/{p}/share/list`: the people; API keys, which stand in the same list, are left out (§12.1).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn members(&self) -> Result<Vec<Member>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            members_list: Tolerant<WireMember>,
        }
        #[derive(Deserialize)]
        struct WireMember {
            /// Keys have none.
            id: Option<i64>,
            member_id: i64,
            #[serde(default, deserialize_with = "text")]
            member_kind: String,
            #[serde(default, deserialize_with = "text")]
            email: String,
            #[serde(default, deserialize_with = "text")]
            first_name: String,
            #[serde(default, deserialize_with = "text")]
            last_name: String,
            #[serde(default)]
            permission_level: Value,
        }
        let wire: Wire = self.call(Call::get("members", format!("/api/project/{}/share/list", self.id))).await?;
        let people = wire.members_list.good.into_iter().filter(|member| member.member_kind == "human");
        Ok(people
            .filter_map(|member| {
                Some(Member {
                    user: UserId(member.id?),
                    member: MemberId(member.member_id),
                    email: member.email,
                    name: format!("{} {}", member.first_name, member.last_name).trim().to_owned(),
                    roles: match member.permission_level {
                        Value::Array(words) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                        Value::String(word) => vec![word],
                        _ => Vec::new(),
                    },
                })
            })
            .collect())
    }

    /// `POST /api/v1/job/list`: jobs that are not archived, newest first (`diffgram-api.md` §2.6). Pages count from 1.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn jobs(&self, page: u32) -> Result<JobPage, Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(rename = "Job_list")]
            jobs: Tolerant<WireJob>,
        }
        #[derive(Deserialize)]
        struct WireJob {
            id: i64,
            #[serde(default, deserialize_with = "text")]
            name: String,
            #[serde(default, deserialize_with = "text")]
            status: String,
            /// Null for jobs that were made without one.
            #[serde(default)]
            label_schema_id: Value,
        }
        let body = json!({"metadata": {
            "project_string_id": self.id, "page_number": page.max(1), "limit": JOBS_A_PAGE,
            "status": "All", "type": "All", "builder_or_trainer": {"mode": "builder"},
        }});
        let wire: Wire = self.call(Call::read("jobs", "/api/v1/job/list".into(), body)).await?;
        let more = wire.jobs.good.len() + wire.jobs.unreadable as usize >= JOBS_A_PAGE;
        let jobs = wire
            .jobs
            .good
            .into_iter()
            .map(|job| Job {
                id: JobId(job.id),
                name: job.name,
                status: job.status,
                schema: job.label_schema_id.as_i64().map(SchemaId),
            })
            .collect();
        Ok(JobPage { jobs, unreadable: wire.jobs.unreadable, more })
    }

    /// `GET /api/v1/job/{id}/members-list`: who is on a job (`diffgram-api.md` §2.6). The job list's own `member_list_ids` holds
    /// user ids, member ids or `["all"]`, as its cache pleases, and is not read.
    ///
    /// # Errors
    /// Any [`Error`]; a job of another project is [`Error::Forbidden`].
    pub async fn job_people(&self, job: JobId) -> Result<JobPeople, Error> {
        #[derive(Deserialize)]
        struct Wire {
            assignees: Vec<WireUser>,
            reviewers: Vec<WireUser>,
        }
        #[derive(Deserialize)]
        struct WireUser {
            id: i64,
        }
        // Read whole or not at all: somebody left out would lose their work for a while.
        let wire: Wire = self.call(Call::get("people of a job", format!("/api/v1/job/{job}/members-list"))).await?;
        let ids = |users: Vec<WireUser>| users.into_iter().map(|user| UserId(user.id)).collect();
        Ok(JobPeople { assignees: ids(wire.assignees), reviewers: ids(wire.reviewers) })
    }

    /// `POST /api/v1/project/{p}/model-runs/list` (`diffgram-api.md` §6.3).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn model_runs(&self) -> Result<Vec<ModelRun>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            model_run_list: Tolerant<WireRun>,
        }
        #[derive(Deserialize)]
        struct WireRun {
            id: i64,
            #[serde(default, deserialize_with = "text")]
            reference_id: String,
        }
        let path = format!("/api/v1/project/{}/model-runs/list", self.id);
        let wire: Wire = self.call(Call::read("model runs", path, json!({}))).await?;
        let name = |run: &WireRun| {
            if run.reference_id.is_empty() { format!("Run {}", run.id) } else { run.reference_id.clone() }
        };
        Ok(wire.model_run_list.good.iter().map(|run| ModelRun { id: ModelRunId(run.id), name: name(run) }).collect())
    }
}
