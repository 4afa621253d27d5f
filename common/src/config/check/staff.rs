//! Agents who are alike, taken together, so that queues can be held against a hundred thousand.

use std::collections::BTreeMap;

use crate::config::{Agent, ProfileQueue, Workspace};
use crate::ids::{QueueId, SkillId};
use crate::quantity::{Level, Permille, SkillLevel};

/// Agents with the same skills and profile.
pub(super) struct Group<'a> {
    skills: BTreeMap<&'a SkillId, Level>,
    /// Which of the profiles; none: every queue.
    profile: Option<usize>,
    /// The most that one of them can carry.
    pub(super) capacity: Permille,
}

/// All agents in groups.
pub(super) struct Staff<'a> {
    pub(super) groups: Vec<Group<'a>>,
    by_skill: BTreeMap<&'a SkillId, Vec<usize>>,
    profiles: Vec<BTreeMap<&'a QueueId, &'a ProfileQueue>>,
}

impl Group<'_> {
    /// Whether they have all of these.
    fn has(&self, needs: &[SkillLevel]) -> bool {
        needs.iter().all(|need| self.skills.get(&need.skill).is_some_and(|l| *l >= need.level))
    }
}

impl<'a> Staff<'a> {
    /// The agents of a workspace.
    pub(super) fn of(config: &'a Workspace) -> Self {
        let rows = |rows: &'a Vec<ProfileQueue>| rows.iter().map(|row| (&row.queue, row)).collect();
        let mut staff = Self {
            groups: Vec::new(),
            by_skill: BTreeMap::new(),
            profiles: config.profiles.values().map(rows).collect(),
        };
        let mut known = BTreeMap::new();
        for agent in config.agents.values() {
            let profile =
                agent.profile.as_ref().and_then(|name| config.profiles.get_index_of(name));
            let skills = skills(agent);
            let listed: Vec<_> = skills.iter().map(|(skill, level)| (*skill, *level)).collect();
            let at = *known.entry((listed, profile)).or_insert_with(|| {
                staff.add(Group { skills, profile, capacity: Permille(0) });
                staff.groups.len() - 1
            });
            let group = &mut staff.groups[at];
            group.capacity = group.capacity.max(agent.total_capacity());
        }
        staff
    }

    fn add(&mut self, group: Group<'a>) {
        for skill in group.skills.keys() {
            self.by_skill.entry(skill).or_default().push(self.groups.len());
        }
        self.groups.push(group);
    }

    /// The row of a queue in a group's profile.
    pub(super) fn row(&self, group: &Group<'_>, queue: &QueueId) -> Option<&ProfileQueue> {
        self.profiles[group.profile?].get(queue).copied()
    }

    /// Whether a group serves a queue by its profile.
    fn serves(&self, group: &Group<'_>, queue: &QueueId) -> bool {
        group.profile.is_none() || self.row(group, queue).is_some()
    }

    /// Whether a group serves a queue and has all of these skills.
    pub(super) fn is_able(&self, group: &Group<'_>, queue: &QueueId, needs: &[SkillLevel]) -> bool {
        group.has(needs) && self.serves(group, queue)
    }

    /// Groups that serve a queue by their profile.
    pub(super) fn serving(&self, queue: &QueueId) -> impl Iterator<Item = &Group<'a>> {
        self.groups.iter().filter(|group| self.serves(group, queue))
    }

    /// Groups that serve a queue and have all of these skills.
    pub(super) fn able(
        &self,
        queue: &QueueId,
        needs: &[SkillLevel],
    ) -> impl Iterator<Item = &Group<'a>> {
        // Of a rare skill there are few groups to look through.
        let lists = needs.iter().map(|need| self.by_skill.get(&need.skill).map_or(&[][..], |l| l));
        let rarest = lists.min_by_key(|list| list.len());
        let all = rarest.is_none().then_some(0..self.groups.len());
        let some = rarest.unwrap_or_default().iter().copied();
        let candidates = some.chain(all.into_iter().flatten()).map(|at| &self.groups[at]);
        candidates.filter(move |group| self.is_able(group, queue, needs))
    }
}

/// The first row of a skill is the one that counts.
fn skills(agent: &Agent) -> BTreeMap<&SkillId, Level> {
    let mut skills = BTreeMap::new();
    for row in &agent.skills {
        skills.entry(&row.skill).or_insert(row.level);
    }
    skills
}
