import time
from datetime import date
from tests.fixtures.mail import Office, many_tasks
from models.base import db
from models.letters import Letter, LetterLine
from models.people import Person
from models.vocabulary import *
from models.session import transaction
from notifications import delivery, sweep
from workflow.organization import people
from workflow.actors import Actor
import cProfile, pstats
def test_speed(office: Office):
    w=office.world
    t=many_tasks(w,1,date(2026,1,16))[0]
    ids=[]
    for i in range(300):
        k,_=people.create(f"u{i}",f"Người {i}",f"u{i}@x.vn",by=Actor.system(),at=w.at(),password=w.password); ids.append(k)
    at=w.at("2026-01-13T07:30"); sweep.run(at)
    with transaction() as s:
        for k in ids:
            l=Letter(recipient_id=k,key="digest;on=2026-01-13",day=date(2026,1,13),kind=LetterKind.SYSTEM,state=LetterState.QUEUED,next_try_at=at,created_at=at,message_id=f"<{k}@x>",subject="Nhắc việc x",text="a"*1500,html="b"*2500)
            s.add(l)
    n=len(office.server.letters)
    p=cProfile.Profile(); b=time.perf_counter(); p.enable(); delivery.deliver(at); p.disable(); e=time.perf_counter()-b
    print("letters/s", (len(office.server.letters)-n)/e, len(office.server.letters)-n)
    pstats.Stats(p).sort_stats("tottime").print_stats(12)
    assert 0
