//! What a link leads to, for the person who follows it. Everything is found through their scope.

use std::sync::Arc;

use portal_diffgram::types::Version;
use portal_model::{
    file::{FileKind, FileSummary},
    id::{AnnotationId, AttributeId, FileId, IssueId, ProjectId, TaskId},
    links::{Focus, Landing},
    permalink::{Lands, Target},
    task::TaskRow,
};

use super::{
    Error, Found,
    read::{Asked, Way, What},
};
use crate::{
    api::files::fresh,
    app::App,
    index::{FileInSight, IssuePlace},
    keys,
    policy::Scope,
    session::{caller::Caller, person::Person},
};

/// Finds it.
pub(super) async fn find(app: &App, person: &Person, asked: Asked) -> Result<Found, Error> {
    let scope = app.policy.scope(person);
    let to = Leads { app, scope: &scope, way: asked.way };
    let focus = Focus { frame: asked.frame, ..Focus::default() };
    match asked.what {
        What::Task(id) => to.task(id, focus).await,
        What::File(id) => to.file(id, focus).await,
        What::Annotation(id, file) => to.annotation(id, file, focus).await,
        What::Issue(id) => to.issue(id).await,
        What::Attribute(id, Some(task)) => to.answer(id, task).await,
        What::Attribute(id, None) => to.attribute(id, person).await,
        What::Next(job) => Ok(Found::Here(Landing::Next(job))),
        What::Key(key) => to.key(&key).await,
        What::View(id) => {
            let view = app.views.list(person).await?.into_iter().find(|view| view.id == id);
            Ok(view.map_or(Found::Nothing, |view| Found::Here(Landing::View(view.q, view.look))))
        }
    }
}

/// The way on.
struct Leads<'a> {
    app: &'a App,
    scope: &'a Scope,
    way: Way,
}

impl Leads<'_> {
    /// A task of the person, read again before it is led to: nothing else shows that it was taken away.
    async fn mine(&self, id: TaskId) -> Result<Option<TaskRow>, Error> {
        let Some(row) = self.scope.task(id).await? else { return Ok(None) };
        self.app.sync.at_the_door(&row.project, row.file.id).await?;
        Ok(self.scope.task(id).await?)
    }

    /// What is not in sight: was it once, or is it not read yet?
    fn missing(&self, had: bool) -> Found {
        if had {
            Found::Gone
        } else if self.app.sync.freshness(self.scope.projects()).complete {
            Found::Nothing
        } else {
            Found::NotReadYet
        }
    }

    /// On to Diffgram: at once, or by the page that makes up for what Diffgram forgets.
    fn there(&self, target: &Target, task: Option<TaskId>) -> Found {
        let origin = &self.app.config.diffgram.public_origin;
        let Some(to) = target.link(origin) else { return Found::Nothing };
        let first = target.first(task).and_then(|first| first.link(origin));
        if target.lands() == Lands::NeedsProject || self.app.sign_on.begins_at().is_some() {
            return Found::Here(Landing::Open { to, first });
        }
        Found::There(to)
    }

    async fn task(&self, id: TaskId, focus: Focus) -> Result<Found, Error> {
        let Some(row) = self.mine(id).await? else {
            return Ok(self.missing(self.scope.had_task(id).await?));
        };
        let focus = on_file(focus, &row.file);
        Ok(match (self.way, focus.frame) {
            (Way::Portal, _) => Found::Here(Landing::Task(id, focus)),
            (_, None) => self.there(&Target::Task(id), None),
            (_, Some(frame)) => self.there(&Target::Frame(id, frame), None),
        })
    }

    /// The page of a file with this in focus: that of a task of the person on it, where there is one.
    fn page(&self, seen: &FileInSight, focus: Focus) -> Landing {
        let focus = on_file(focus, &seen.file);
        seen.task.map_or(Landing::File(seen.file.id, focus), |task| Landing::Task(task, focus))
    }

    async fn file(&self, id: FileId, focus: Focus) -> Result<Found, Error> {
        let Some(seen) = fresh(self.app, self.scope, id).await? else {
            return Ok(self.missing(self.scope.had_file(id).await?));
        };
        let focus = on_file(focus, &seen.file);
        if self.way != Way::Diffgram {
            return Ok(Found::Here(Landing::File(id, focus)));
        }
        let project = seen.project;
        let target = match focus.frame {
            Some(frame) => Target::FileFrame(project, id, frame),
            None => Target::File(project, id),
        };
        Ok(self.there(&target, None))
    }

    async fn annotation(&self, id: AnnotationId, file: Option<FileId>, focus: Focus) -> Result<Found, Error> {
        let (file, now, frame) = match file {
            Some(file) => (file, id, None),
            None => match self.trace(id).await? {
                Some(found) => found,
                None => return Ok(self.missing(false)),
            },
        };
        let Some(seen) = fresh(self.app, self.scope, file).await? else { return Ok(self.missing(false)) };
        let focus = Focus { annotation: Some(now), frame: focus.frame.or(frame), ..focus };
        let focus = on_file(focus, &seen.file);
        if self.way != Way::Diffgram {
            return Ok(Found::Here(self.page(&seen, focus)));
        }
        let target = match (seen.task, focus.frame) {
            (Some(task), frame) => Target::Annotation(task, frame),
            (None, Some(frame)) => Target::FileFrame(seen.project, file, frame),
            (None, None) => Target::File(seen.project, file),
        };
        Ok(self.there(&target, None))
    }

    /// The file of an annotation, and the id it has now: by its root, as it was read; else Diffgram tells its versions.
    async fn trace(&self, id: AnnotationId) -> Result<Option<(FileId, AnnotationId, Option<u32>)>, Error> {
        if let Some(found) = self.scope.annotation_by_root(id.0).await? {
            return Ok(Some(found));
        }
        for project in self.scope.projects_with_files().await? {
            let versions = self.app.versions.of(&project, id).await;
            let Some(last) = versions.iter().max_by_key(|version| (!version.deleted, version.id)) else { continue };
            let root = last.root.map_or(last.id.0, |root| root.0);
            // What is known here is newer, or the same; what is not in sight stays unknown.
            if let Some(found) = self.scope.annotation_by_root(root).await? {
                return Ok(Some(found));
            }
            if self.scope.file(last.file).await?.is_some() {
                return Ok(Some((last.file, last.id, None)));
            }
        }
        Ok(None)
    }

    async fn issue(&self, id: IssueId) -> Result<Found, Error> {
        let focus = Focus { issue: Some(id), ..Focus::default() };
        let (landing, project, task) = match self.scope.issue_place(id).await? {
            Some(IssuePlace::Task(task)) => match self.mine(task).await? {
                Some(row) => (Landing::Task(task, focus), row.project, Some(task)),
                None => return Ok(self.missing(self.scope.had_task(task).await?)),
            },
            Some(IssuePlace::File(file)) => match fresh(self.app, self.scope, file).await? {
                Some(seen) => (self.page(&seen, focus), seen.project.clone(), seen.task),
                None => return Ok(self.missing(self.scope.had_file(file).await?)),
            },
            None => return Ok(self.missing(false)),
        };
        if self.way == Way::Diffgram {
            return Ok(self.there(&Target::Issue(project, id), task));
        }
        Ok(Found::Here(landing))
    }

    /// A question, on a task.
    async fn answer(&self, id: AttributeId, task: TaskId) -> Result<Found, Error> {
        if self.mine(task).await?.is_none() {
            return Ok(self.missing(self.scope.had_task(task).await?));
        }
        if self.way == Way::Diffgram {
            return Ok(self.there(&Target::Answer(task), None));
        }
        let focus = Focus { attribute: Some(id), ..Focus::default() };
        Ok(Found::Here(Landing::Task(task, focus)))
    }

    /// A question, in its schema: for admins, as schemas are.
    async fn attribute(&self, id: AttributeId, person: &Person) -> Result<Found, Error> {
        let caller = Caller::Person(Box::new(person.clone()));
        let Ok(scope) = self.app.policy.admin(&caller, keys::Scope::SchemasRead) else { return Ok(Found::Nothing) };
        let Some((schema, project)) = self.app.schemas.schema_of(&scope, id).await? else {
            return Ok(Found::Nothing);
        };
        if self.way == Way::Diffgram {
            return Ok(self.there(&Target::Attribute(project, schema, id), None));
        }
        Ok(Found::Here(Landing::Attribute(schema, id)))
    }

    /// What the host app calls so: a dataset comes first, then what has the name alone.
    async fn key(&self, key: &str) -> Result<Found, Error> {
        let named = self.scope.named_so(key).await?;
        if named.dataset_open {
            return Ok(Found::Here(Landing::dataset(key)));
        }
        let several = || Ok(Found::Here(Landing::Tasks(key.to_owned())));
        if named.dataset_of_tasks {
            return several();
        }
        match (named.jobs, named.tasks.as_slice(), named.files.as_slice()) {
            (0, [], []) => Ok(self.missing(false)),
            (0, [task], []) => self.task(*task, Focus::default()).await,
            (0, [], [file]) => self.file(*file, Focus::default()).await,
            (0, [], _) => Ok(Found::Here(Landing::Files(files_called(key)))),
            _ => several(),
        }
    }
}

/// The files whose name contains this.
fn files_called(name: &str) -> String {
    use portal_model::query::{Condition, Expr, Query};
    Query::of(Expr::Is(Condition::Name(name.to_owned()))).to_string()
}

/// Frames are of clips, and end with them: above the last one Diffgram shows an empty canvas (`diffgram-api.md` §3.5).
fn on_file(focus: Focus, file: &FileSummary) -> Focus {
    let last = file.frame_count.map(|count| count.saturating_sub(1));
    let frame = focus.frame.filter(|_| file.kind == FileKind::Video);
    Focus { frame: frame.map(|frame| last.map_or(frame, |last| frame.min(last))), ..focus }
}

/// Versions of annotations, as Diffgram told them a moment ago: a crowd on one link causes one call.
#[derive(Clone, Debug)]
pub struct Versions {
    sync: crate::sync::Sync,
    cache: moka::future::Cache<(ProjectId, AnnotationId), Arc<[Version]>>,
}

impl Versions {
    /// Read through the projects' clients.
    #[must_use]
    pub fn new(sync: crate::sync::Sync) -> Self {
        let life = std::time::Duration::from_secs(20);
        let cache = moka::future::Cache::builder().max_capacity(10_000).time_to_live(life).build();
        Self { sync, cache }
    }

    /// All versions of an annotation of a project; none when there are none, or Diffgram does not say.
    async fn of(&self, project: &ProjectId, id: AnnotationId) -> Arc<[Version]> {
        let read = async {
            match self.sync.client(project) {
                // One of another project, one that never was, and an outage lead to the same: nowhere, for now.
                Some(client) => client.versions(id).await.unwrap_or_else(|error| {
                    tracing::debug!(error = &error as &dyn std::error::Error, "go.versions");
                    Vec::new()
                }),
                None => Vec::new(),
            }
        };
        self.cache.get_with((project.clone(), id), async { read.await.into() }).await
    }
}
