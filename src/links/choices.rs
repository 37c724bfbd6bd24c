//! What can be opened of a thing, and what Diffgram does with each: from the one table of `permalink`.

use portal_model::{
    file::FileKind,
    id::{ProjectId, TaskId},
    links::Go,
    permalink::{Lands, Needs, Target},
    task::{DatasetRef, JobRef},
};

use crate::{
    text::{Key, links as w, t, t_with},
    ui::links::About,
};

/// One way.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What people read.
    pub name: String,
    /// What will happen, in a line.
    pub words: String,
    /// Where to; `None`: there is no way from here, the words say why.
    pub target: Option<Target>,
}

/// Ways that belong together.
pub struct Group {
    /// What they have in common.
    pub title: Key,
    /// The ways.
    pub choices: Vec<Choice>,
}

/// The portal's own link, which lands exactly.
pub fn portal_link(about: &About) -> Option<Go> {
    Some(match about {
        About::Task(row, None) => Go::Task(row.id),
        About::Task(row, Some(frame)) => Go::Frame(row.id, *frame),
        About::File(of) => of.frame.map_or(Go::File(of.file.id), |frame| Go::FileFrame(of.file.id, frame)),
        About::Annotation(of, id, _) => {
            of.frame().map_or(Go::Annotation(*id), |(file, frame)| Go::InClip(*id, file, frame))
        }
        About::Attribute(_, _, id, _) => Go::Attribute(*id, None),
        About::Issue(_, id, _) => Go::Issue(*id),
        About::Schema(..) => return None,
    })
}

/// The nearest that a Diffgram link comes.
pub fn diffgram_link(about: &About) -> Target {
    match about {
        About::Task(row, None) => Target::Task(row.id),
        About::Task(row, Some(frame)) => Target::Frame(row.id, *frame),
        About::File(of) => match of.frame {
            Some(frame) => Target::FileFrame(of.project.clone(), of.file.id, frame),
            None => Target::File(of.project.clone(), of.file.id),
        },
        About::Annotation(of, ..) => match &**of {
            About::Task(row, frame) => Target::Annotation(row.id, *frame),
            other => diffgram_link(other),
        },
        About::Schema(project, id, _) => Target::Schema(project.clone(), *id),
        About::Attribute(project, schema, id, _) => Target::Attribute(project.clone(), *schema, *id),
        About::Issue(of, id, _) => project_of(of).map_or(Target::NextTask, |project| Target::Issue(project, *id)),
    }
}

fn project_of(about: &About) -> Option<ProjectId> {
    match about {
        About::Task(row, _) => Some(row.project.clone()),
        About::File(of) => Some(of.project.clone()),
        About::Annotation(of, ..) | About::Issue(of, ..) => project_of(of),
        About::Schema(project, ..) | About::Attribute(project, ..) => Some(project.clone()),
    }
}

/// The task that makes Diffgram know the project, where there is one.
pub fn task_of(about: &About) -> Option<TaskId> {
    match about {
        About::Task(row, _) => Some(row.id),
        About::File(of) => of.task,
        About::Annotation(of, ..) | About::Issue(of, ..) => task_of(of),
        About::Schema(..) | About::Attribute(..) => None,
    }
}

/// What is said of a way: what it is, then what Diffgram makes of it, then for whom.
fn choice(name: String, what: &str, target: Target) -> Choice {
    let lands = match target.lands() {
        Lands::There => None,
        Lands::OnTheTask => Some(t(w::LANDS_TASK)),
        Lands::OnTheSchema => Some(t(w::LANDS_SCHEMA)),
        Lands::NeedsProject => Some(t(w::LANDS_PROJECT)),
        // No way: what it is says why.
        Lands::Nowhere(_) => return Choice { name, words: what.to_owned(), target: None },
    };
    let needs = match target.needs() {
        Needs::Member => None,
        Needs::Editor => Some(t(w::NEEDS_EDITOR)),
        Needs::Admin => Some(t(w::NEEDS_ADMIN)),
    };
    let what = Some(what).filter(|what| !what.is_empty());
    let words: Vec<&str> = [what, lands, needs].into_iter().flatten().collect();
    Choice { name, words: words.join(" · "), target: Some(target) }
}

fn plain(name: Key, what: &str, target: Target) -> Choice {
    choice(t(name).to_owned(), what, target)
}

/// Not from here, and why.
fn off(name: Key, why: Key) -> Choice {
    Choice { name: t(name).to_owned(), words: t(why).to_owned(), target: None }
}

fn named(key: Key, name: &str) -> String {
    t_with(key, &[("name", name)])
}

/// All ways for a thing, by what they lead to.
pub fn groups(about: &About) -> Vec<Group> {
    let mut groups = vec![Group { title: w::HERE, choices: here(about) }];
    let around = around(about);
    if !around.is_empty() {
        groups.push(Group { title: w::AROUND, choices: around });
    }
    if let Some(project) = project_of(about) {
        let title = w::PROJECT;
        groups.push(Group { title, choices: of_project(project, about) });
    }
    groups
}

fn frame_choice(kind: &FileKind, frame: Option<u32>, target: impl FnOnce(u32) -> Target) -> Option<Choice> {
    match (kind, frame) {
        (FileKind::Video, Some(n)) => {
            Some(choice(t_with(w::FRAME, &[("n", &n.to_string())]), t(w::FRAME_WORDS), target(n)))
        }
        (FileKind::Video, None) => Some(off(w::FRAME_ANY, w::FRAME_NONE)),
        _ => None,
    }
}

fn here(about: &About) -> Vec<Choice> {
    match about {
        About::Task(row, frame) => {
            let mut all = vec![
                plain(w::TASK, t(w::TASK_WORDS), Target::Task(row.id)),
                plain(w::READ_ONLY, t(w::READ_ONLY_WORDS), Target::ReadOnly(row.id)),
            ];
            all.extend(frame_choice(&row.file.kind, *frame, |n| Target::Frame(row.id, n)));
            all.push(off(w::ANNOTATION_ANY, w::ANNOTATION_FROM));
            all.push(off(w::ANSWER, w::ANSWER_FROM));
            all.push(off(w::ISSUE_ANY, w::ISSUE_FROM));
            all
        }
        About::File(of) => {
            let mut all = vec![plain(w::FILE, "", Target::File(of.project.clone(), of.file.id))];
            all.extend(frame_choice(&of.file.kind, of.frame, |n| Target::FileFrame(of.project.clone(), of.file.id, n)));
            all.push(match of.task {
                Some(task) => plain(w::TASK, t(w::TASK_WORDS), Target::Task(task)),
                None => off(w::TASK, w::TASK_NONE),
            });
            all
        }
        About::Annotation(of, ..) => {
            let mut all = vec![plain(w::ANNOTATION, "", diffgram_link(about))];
            all.extend(here(of).into_iter().filter(|choice| choice.target.is_some()));
            all
        }
        About::Issue(of, ..) => {
            let mut all = vec![plain(w::ISSUE, "", diffgram_link(about))];
            if let Some(task) = task_of(of) {
                all.push(plain(w::TASK, t(w::ISSUE_ON_TASK), Target::TaskIssue(task)));
            }
            all
        }
        About::Schema(project, id, _) => vec![plain(w::SCHEMA, "", Target::Schema(project.clone(), *id))],
        About::Attribute(project, schema, id, _) => {
            vec![plain(w::ATTRIBUTE, "", Target::Attribute(project.clone(), *schema, *id))]
        }
    }
}

fn around(about: &About) -> Vec<Choice> {
    let dataset = |project: &ProjectId, dataset: Option<&DatasetRef>| match dataset {
        Some(dataset) => vec![
            choice(named(w::DATASET, &dataset.name), "", Target::Dataset(project.clone(), dataset.id)),
            choice(named(w::EXPLORER, &dataset.name), "", Target::Explorer(project.clone(), dataset.id)),
        ],
        None => vec![off(w::DATASET_ANY, w::DATASET_NONE)],
    };
    let job =
        |project: &ProjectId, job: &JobRef| choice(named(w::JOB, &job.name), "", Target::Job(project.clone(), job.id));
    match about {
        About::Task(row, frame) => {
            let mut all = vec![match frame {
                Some(n) => plain(w::FILE, "", Target::FileFrame(row.project.clone(), row.file.id, *n)),
                None => plain(w::FILE, "", Target::File(row.project.clone(), row.file.id)),
            }];
            all.extend(dataset(&row.project, row.dataset.as_ref()));
            all.push(job(&row.project, &row.job));
            all.push(off(w::SCHEMA, w::SCHEMA_FROM));
            all
        }
        About::File(of) => dataset(&of.project, of.dataset.as_ref()),
        About::Annotation(of, ..) | About::Issue(of, ..) => around(of),
        About::Schema(..) => Vec::new(),
        About::Attribute(project, schema, ..) => {
            vec![plain(w::SCHEMA, "", Target::Schema(project.clone(), *schema))]
        }
    }
}

fn of_project(project: ProjectId, about: &About) -> Vec<Choice> {
    let mut all = vec![
        plain(w::ISSUES, "", Target::Issues(project.clone())),
        plain(w::REPORTS, "", Target::Reports(project.clone())),
        plain(w::CONNECTIONS, "", Target::Connections(project.clone())),
        plain(w::WORKFLOWS, "", Target::Workflows(project.clone())),
    ];
    all.push(match task_of(about) {
        Some(task) => plain(w::EXPORT, t(w::EXPORT_WORDS), Target::Export(project, task)),
        None => off(w::EXPORT, w::EXPORT_NONE),
    });
    all.push(off(w::QUERY, w::QUERY_NONE));
    all
}
