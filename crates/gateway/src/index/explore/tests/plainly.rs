//! The language read in the plainest way: file by file, straight from the tree. What the columns find is held against it.

use super::*;

pub(super) fn has_task(file: &Plain, who: &Who) -> bool {
    who.projects.contains(&file.project) && file.users.iter().any(|(user, ..)| *user == who.user)
}

/// Whether they may ask about the task on the file.
pub(super) fn knows_task(file: &Plain, who: &Who) -> bool {
    has_task(file, who) || who.admin && who.projects.contains(&file.project) && is_task(file)
}

/// Files that nobody ever worked on have none.
pub(super) fn is_task(file: &Plain) -> bool {
    !file.users.is_empty()
}

pub(super) fn sees(file: &Plain, who: &Who) -> bool {
    has_task(file, who) || file.datasets.iter().any(|d| who.open.contains(&(file.project, *d)))
}

pub(super) fn compares<T: PartialOrd + Copy>(own: T, compare: Compare, asked: T) -> bool {
    match compare {
        Compare::AtLeast => own >= asked,
        Compare::AtMost => own <= asked,
        Compare::Above => own > asked,
        Compare::Below => own < asked,
        Compare::Equal => own == asked,
    }
}

pub(super) fn number(number: f64) -> Score {
    Score::new(number).unwrap()
}

/// Whether a condition on one annotation holds for the one at a place.
pub(super) fn on(file: &Plain, at: usize, condition: &Condition, who: &Who) -> bool {
    let annotation = &file.drawn[at];
    let score = || annotation.prediction.as_ref().and_then(|p| p.score).and_then(Score::new);
    match condition {
        Condition::Label(name) => {
            annotation.label.is_some_and(|label| fold(LABELS[label.0 as usize - 1]) == fold(name))
        }
        Condition::Run(name) => run(annotation, who).is_some_and(|run| fold(run) == fold(name)),
        Condition::Score(compare, asked) => score().is_some_and(|own| compares(own, *compare, *asked)),
        Condition::Near(asked, within) => {
            let within = within.map_or(50_000, Score::millionths);
            score().is_some_and(|own| (own.millionths() - asked.millionths()).abs() <= within)
        }
        Condition::Shape(shape) => {
            let own = match annotation.geometry {
                Geometry::Box { .. } => Shape::Box,
                Geometry::Point { .. } => Shape::Point,
                _ => Shape::Whole,
            };
            own == *shape
        }
        Condition::Frame(compare, asked) => {
            file.on[at].0.is_some_and(|frame| compares(number(f64::from(frame)), *compare, *asked))
        }
        Condition::Attribute(name, answer) => file.on[at].1.iter().any(|(id, value)| {
            let (of, _, inner, question, options) = QUESTIONS.iter().find(|question| question.1 == *id).unwrap();
            let words = if question.is_empty() { inner } else { question };
            let is_it = who.projects.contains(of) && (fold(words) == fold(name) || fold(inner) == fold(name));
            is_it
                && match (answer, value) {
                    (Answer::Is(text), GivenValue::Option { id, .. }) => {
                        options.iter().any(|(option, name)| *option == id.0 && fold(name) == fold(text))
                    }
                    (Answer::Is(text), GivenValue::Said(said)) => {
                        let same = said.parse::<f64>().ok().zip(text.parse::<f64>().ok()).is_some_and(|(a, b)| a == b);
                        same || fold(said) == fold(text)
                    }
                    (Answer::Number(compare, asked), GivenValue::Said(said)) => {
                        said.parse().ok().and_then(Score::new).is_some_and(|own| compares(own, *compare, *asked))
                    }
                    (Answer::Number(..), GivenValue::Option { .. }) => false,
                }
        }),
        other => panic!("{other:?} is not of an annotation"),
    }
}

/// The name of a prediction's run. Names of runs are known of the project they belong to.
pub(super) fn run(annotation: &Annotation, who: &Who) -> Option<&'static str> {
    let run = annotation.prediction.as_ref()?.run?;
    who.projects.contains(&0).then_some(RUNS[run.0 as usize - 1])
}

pub(super) fn has(file: &Plain, thing: Thing, who: &Who) -> bool {
    match thing {
        Thing::Annotation => !file.drawn.is_empty(),
        Thing::Prediction => file.drawn.iter().any(|one| one.prediction.is_some()),
        Thing::Score => file.drawn.iter().any(|one| one.prediction.as_ref().is_some_and(|one| one.score.is_some())),
        Thing::Task => has_task(file, who),
        Thing::Issue => file.issues.0 || file.issues.1 && knows_task(file, who),
    }
}

/// How differently two sides see a file: boxes of a label at the same place on the same frame are the same.
pub(super) fn difference(file: &Plain, sides: &[Side; 2], who: &Who) -> Option<f64> {
    let boxes = |side: &Side| -> Vec<(Option<LabelId>, u64, Option<u32>)> {
        let is = |annotation: &Annotation| match side {
            Side::People => annotation.prediction.is_none(),
            Side::Run(name) => run(annotation, who).is_some_and(|run| fold(run) == fold(name)),
        };
        let all = file.drawn.iter().zip(&file.on).filter(|(annotation, _)| is(annotation));
        all.filter_map(|(annotation, (frame, _))| match annotation.geometry {
            Geometry::Box { x_min, .. } => Some((annotation.label, x_min.to_bits(), *frame)),
            _ => None,
        })
        .collect()
    };
    let (ones, mut others) = (boxes(&sides[0]), boxes(&sides[1]));
    // Only frames on which both drew say something.
    let frames = |boxes: &[(Option<LabelId>, u64, Option<u32>)]| boxes.iter().map(|one| one.2).collect::<Vec<_>>();
    let (of_ones, of_others) = (frames(&ones), frames(&others));
    let ones: Vec<_> = ones.into_iter().filter(|one| of_others.contains(&one.2)).collect();
    others.retain(|one| of_ones.contains(&one.2));
    let drawn = ones.len() + others.len();
    let matched = ones.iter().filter(|one| {
        let place = others.iter().position(|other| other == *one);
        place.map(|place| others.remove(place)).is_some()
    });
    let matched = matched.count();
    (drawn > 0).then(|| 1.0 - 2.0 * matched as f64 / drawn as f64)
}

pub(super) fn holds(file: &Plain, expr: &Expr, who: &Who) -> bool {
    let any = |conditions: &[&Condition]| {
        (0..file.drawn.len()).any(|at| conditions.iter().all(|condition| on(file, at, condition, who)))
    };
    match expr {
        Expr::All(parts) => {
            let about = |part: &&Expr| matches!(part, Expr::Is(condition) if condition.is_about_an_annotation());
            let together: Vec<&Condition> = parts
                .iter()
                .filter(about)
                .filter_map(|part| match part {
                    Expr::Is(condition) => Some(condition),
                    _ => None,
                })
                .collect();
            (together.is_empty() || any(&together))
                && parts.iter().filter(|part| !about(part)).all(|part| holds(file, part, who))
        }
        Expr::Any(parts) => parts.iter().any(|part| holds(file, part, who)),
        Expr::Not(part) => !holds(file, part, who),
        Expr::Group(part) => holds(file, part, who),
        Expr::Is(condition) => match condition {
            Condition::Name(text) => fold(file.name).contains(&fold(text)),
            Condition::Id(id) => file.id == *id,
            Condition::Dataset(name) => {
                let is = |d: &usize| fold(DATASETS[*d]) == fold(name);
                file.datasets.iter().any(|d| is(d) && who.open.contains(&(file.project, *d)))
                    || has_task(file, who) && file.datasets.first().is_some_and(is)
            }
            Condition::Type(kind) => String::from(file.kind.clone()) == kind.word(),
            Condition::Measure(measure, compare, asked) => {
                let own = match measure {
                    Measure::Width => file.width.map(f64::from),
                    Measure::Height => Some(48.0),
                    Measure::Duration => file.frames.map(|(frames, rate)| f64::from(frames) / rate),
                };
                own.is_some_and(|own| compares(number(own), *compare, *asked))
            }
            Condition::Time(field, compare, moment) => {
                let own = match field {
                    TimeField::Created => &file.created,
                    TimeField::Updated => &file.changed,
                };
                let span = moment.span(*compare, now().as_second());
                own.as_ref().is_some_and(|own| span.has(&Timestamp(own.clone())))
            }
            Condition::Count(label, compare, asked) => {
                let is = |annotation: &&Annotation| match label {
                    Some(name) => annotation.label.is_some_and(|own| fold(LABELS[own.0 as usize - 1]) == fold(name)),
                    None => true,
                };
                compares(number(file.drawn.iter().filter(is).count() as f64), *compare, *asked)
            }
            Condition::Has(thing) => has(file, *thing, who),
            Condition::Missing(thing) => !has(file, *thing, who),
            Condition::Status(status) => {
                let word = |status: &TaskStatus| match status {
                    TaskStatus::Created => "available".to_owned(),
                    other => String::from(other.clone()),
                };
                knows_task(file, who) && word(&file.status) == word(&TaskStatus::from(status.word().to_owned()))
            }
            Condition::Assignee(of) => {
                let reviews = file.users.iter().any(|(user, _, reviewer)| *reviewer && *user == who.user);
                let told = who.admin || reviews;
                let mut assignees = file.users.iter().filter(|(_, assignee, _)| *assignee).map(|(user, ..)| *user);
                knows_task(file, who)
                    && assignees.any(|user| match of {
                        Asked::Me => user == who.user,
                        Asked::Named(name) => {
                            (told || user == who.user) && fold(MEMBERS[user as usize - 1]) == fold(name)
                        }
                    })
            }
            Condition::Disagree(sides, above) => difference(file, sides, who).is_some_and(|own| match above {
                Some((compare, asked)) => compares(number(own), *compare, *asked),
                None => own > 0.0,
            }),
            about => any(&[about]),
        },
    }
}

/// The sets of conditions that the query asks of single annotations.
pub(super) fn asked(expr: &Expr, sets: &mut Vec<Vec<Condition>>) {
    match expr {
        Expr::All(parts) => {
            let mut together = Vec::new();
            for part in parts {
                match part {
                    Expr::Is(condition) if condition.is_about_an_annotation() => together.push(condition.clone()),
                    other => asked(other, sets),
                }
            }
            if !together.is_empty() {
                sets.push(together);
            }
        }
        Expr::Any(parts) => parts.iter().for_each(|part| asked(part, sets)),
        Expr::Group(part) => asked(part, sets),
        Expr::Is(Condition::Count(Some(label), ..)) => sets.push(vec![Condition::Label(label.clone())]),
        Expr::Is(condition) if condition.is_about_an_annotation() => sets.push(vec![condition.clone()]),
        Expr::Not(_) | Expr::Is(_) => {}
    }
}

/// The annotations of a file that the query asks for.
pub(super) fn asked_for<'a>(file: &'a Plain, filter: Option<&Expr>, who: &Who) -> Vec<&'a Annotation> {
    let mut sets = Vec::new();
    if let Some(filter) = filter {
        asked(filter, &mut sets);
    }
    let counts = |at: &usize| {
        sets.is_empty() || sets.iter().any(|set| set.iter().all(|condition| on(file, *at, condition, who)))
    };
    (0..file.drawn.len()).filter(counts).map(|at| &file.drawn[at]).collect()
}

pub(super) fn best(file: &Plain, filter: Option<&Expr>, who: &Who) -> Option<f64> {
    let scores =
        asked_for(file, filter, who).into_iter().filter_map(|annotation| annotation.prediction.as_ref()?.score);
    scores.max_by(f64::total_cmp)
}

/// What a query should find, in order.
pub(super) fn expected(world: &World, who: &Who, query: &Query) -> Vec<i64> {
    let filter = query.filter.as_ref();
    let mut found: Vec<&Plain> = world
        .files
        .iter()
        .filter(|file| sees(file, who) && filter.is_none_or(|filter| holds(file, filter, who)))
        .collect();
    let sort = query.sort.unwrap_or(Sort { field: SortField::Updated, descending: true });
    let turned = |order: Ordering| if sort.descending { order.reverse() } else { order };
    fn last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => compare(&a, &b),
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    }
    found.sort_by(|a, b| {
        let order = match sort.field {
            SortField::Name => turned(fold(a.name).cmp(&fold(b.name))),
            SortField::Created => last(a.created.as_ref(), b.created.as_ref(), |a, b| turned(a.cmp(b))),
            SortField::Updated => last(a.changed.as_ref(), b.changed.as_ref(), |a, b| turned(a.cmp(b))),
            SortField::Score => last(best(a, filter, who), best(b, filter, who), |a, b| turned(a.total_cmp(b))),
            SortField::Count => turned(asked_for(a, filter, who).len().cmp(&asked_for(b, filter, who).len())),
            SortField::Id => Ordering::Equal,
            SortField::Width => last(a.width, b.width, |a, b| turned(a.cmp(b))),
            SortField::Duration => {
                let lasts = |file: &Plain| file.frames.map(|(frames, rate)| f64::from(frames) / rate);
                last(lasts(a), lasts(b), |a, b| turned(a.total_cmp(b)))
            }
            SortField::Random => panic!("chance has a test of its own"),
        };
        order.then(turned(a.id.cmp(&b.id)))
    });
    let limit = query.limit.map_or(usize::MAX, |limit| limit as usize);
    found.iter().map(|file| file.id).take(limit).collect()
}

/// What the files of a query should be, counted.
pub(super) fn counted(world: &World, who: &Who, query: &Query, found: &[i64]) -> FileFacets {
    let files: Vec<&Plain> = world.files.iter().filter(|file| found.contains(&file.id)).collect();
    // Names that fold together are one, called as the first of them in order.
    let facets = |names: &[(&str, &str)], has: &dyn Fn(&Plain, &str) -> bool| {
        let mut facets: Vec<Facet> = names
            .iter()
            .map(|(name, shown)| Facet {
                name: (*shown).into(),
                files: files.iter().filter(|file| has(file, name)).count() as u32,
            })
            .filter(|facet| facet.files > 0)
            .collect();
        facets.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.name.cmp(&b.name)));
        facets
    };
    let is = |condition: Condition| move |file: &Plain| holds(file, &Expr::Is(condition.clone()), who);
    let mut scores = vec![0; FileFacets::BINS];
    for one in files.iter().flat_map(|file| asked_for(file, query.filter.as_ref(), who)) {
        if let Some(score) = one.prediction.as_ref().and_then(|prediction| prediction.score) {
            scores[((score * 10.0) as usize).min(9)] += 1;
        }
    }
    let answers = [
        ("How is the weather?", &["Fog", "sün"][..]),
        ("Weather", &["Fog", "rain", "sün"][..]),
        ("other", &[]),
        ("speed", &[]),
    ];
    // Elsewhere the same question has fewer options, and only its inner name.
    let elsewhere = [("weather", &["fog"][..])];
    let answers = if who.projects.contains(&0) { &answers[..] } else { &elsewhere[..] };
    let mut answers: Vec<AnswerFacet> = answers
        .iter()
        .map(|(question, options)| {
            let options: Vec<(&str, &str)> = options.iter().map(|option| (*option, *option)).collect();
            let options = facets(&options, &|file, option| {
                let chosen = |at: usize| {
                    let only_options = Plain {
                        on: file.on.iter().map(|(frame, answers)| (*frame, options_of(answers))).collect(),
                        ..file.clone()
                    };
                    let condition = Condition::Attribute((*question).into(), Answer::Is(option.into()));
                    on(&only_options, at, &condition, who)
                };
                (0..file.drawn.len()).any(chosen)
            });
            AnswerFacet { attribute: (*question).into(), options }
        })
        .filter(|facet| !facet.options.is_empty())
        .collect();
    answers.sort_by(|a, b| b.options[0].files.cmp(&a.options[0].files).then_with(|| a.attribute.cmp(&b.attribute)));
    let months: BTreeSet<&str> = files.iter().filter_map(|file| file.created.as_ref()?.get(..7)).collect();
    let months = months.into_iter().rev().map(|month| Facet {
        name: month.into(),
        files: files.iter().filter(|file| file.created.as_ref().is_some_and(|at| at.starts_with(month))).count() as u32,
    });
    let months = months.collect();
    let statuses = [Status::Available, Status::InReview, Status::Complete];
    let statuses: Vec<(&str, &str)> = statuses.iter().map(|status| (status.word(), status.word())).collect();
    let tasks = facets(&statuses, &|file, name| {
        Status::ALL.iter().any(|status| status.word() == name && is(Condition::Status(*status))(file))
    });
    let kinds = [FileKind::Image, FileKind::Video, FileKind::PointCloud].map(String::from);
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|kind| (kind.as_str(), kind.as_str())).collect();
    FileFacets {
        total: files.len() as u32,
        datasets: facets(&DATASETS.map(|name| (name, name)), &|file, name| is(Condition::Dataset(name.into()))(file)),
        labels: facets(&[("face", "Fäce"), ("cup", "cup")], &|file, name| is(Condition::Label(name.into()))(file)),
        runs: facets(&RUNS.map(|name| (name, name)), &|file, name| is(Condition::Run(name.into()))(file)),
        types: facets(&kinds, &|file, name| String::from(file.kind.clone()) == name),
        scores,
        answers,
        months,
        tasks,
    }
}

pub(super) fn options_of(answers: &[(i64, GivenValue)]) -> Answers {
    answers.iter().filter(|(_, value)| matches!(value, GivenValue::Option { .. })).cloned().collect()
}
