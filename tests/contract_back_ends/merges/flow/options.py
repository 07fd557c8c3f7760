DEFAULTS = {"recursion_limit": 20, "configurable": {"model": "m"}}


def with_thread(base, thread_id):
    return {
        **base,
        "configurable": {**base.get("configurable", {}), "thread_id": thread_id},
    }


def merged(*configs):
    result = {}
    for config in configs:
        result.update(config)
    return result


def patch(config, **values):
    config["configurable"] = {**config["configurable"], **values}
    return config
