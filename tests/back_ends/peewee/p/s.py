from peewee import Model, CharField


class Talk(Model):
    who = CharField()
    ref = CharField()


async def talk_of(who, ref=None):  # getter: reuse, ref = 1
    if ref is None:
        talk = Talk.select().where(Talk.who == who).order_by(Talk.id.desc()).first()
    else:
        talk = Talk.get_or_none(Talk.ref == ref)
    if talk is None:
        talk = Talk.create(who=who, ref=ref or "x")
    return talk


def strict(who, ref=None):  # todo: getter: error, ref = 1
    if not ref:
        raise ValueError("which talk?")
    talk, created = Talk.get_or_create(ref=ref, defaults={"who": who})
    return talk
