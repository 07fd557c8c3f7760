def find_or_begin(repo, learner, session_id=None):  # getter: reuse, session_id = 2
    session = repo.find(session_id) if session_id else repo.latest_for(learner)
    return session or repo.begin(learner, session_id)


async def resume(repo, learner, session_id=None):  # getter: reuse, session_id = 2
    try:
        return await repo.get(session_id or await repo.current_id(learner))
    except LookupError:
        return await repo.create(learner)
