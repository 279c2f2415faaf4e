"""What the library does: `fill` an empty database, `tell` the demo's rows as the application sees them, `work` on.

All of it through Django's models. `tell` prints the same for a database and for what was restored from it.
"""

import datetime
import decimal
import json
import os
import sys
import uuid

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import serializers
from django.db import IntegrityError, transaction
from library.models import Author, Book, Loan, Tag

UTC = datetime.timezone.utc


def book(isbn, shelf, title, *authors, **more):
    added = datetime.datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
    made = Book.objects.create(isbn=isbn, shelf=shelf, title=title, **({"added": added, "price": "12.50"} | more))
    made.authors.set(authors)
    return made


def fill():
    readers = Group.objects.create(name="demo readers")
    readers.permissions.set(Permission.objects.filter(codename__in=["view_book", "add_loan"]))
    ida = User.objects.create_user("demo-ida", "ida@example.org", "sésame", first_name="Ida", last_login=None)
    ida.groups.add(readers)
    ida.user_permissions.add(Permission.objects.get(codename="change_book"))
    other = User.objects.create_user("walter", "walter@example.org", "secret")
    mentor = Author.objects.create(name="Astrid Ågren", born=datetime.date(1907, 11, 14))
    pupil = Author.objects.create(name='Tove "T." O\'Hara', mentor=mentor)
    alone = Author.objects.create(name="Nobody's")
    winter = book(
        "9780000000001",
        "demo",
        "Winter\nand other stories",
        mentor,
        pupil,
        price=decimal.Decimal("1999.90"),
        rating=0.1,
        details={"pages": 312, "langs": ["sv", "日本語"], "ratio": 1.5, "big": 2**60, "none": None},
        cover=bytes(range(256)),
        key=uuid.UUID("00000000-0000-4000-8000-0000000000ff"),
        opens=datetime.time(7, 5),
        listening=datetime.timedelta(days=1, hours=2, microseconds=5),
    )
    summer = book("9780000000002", "demo", "", pupil, in_print=False, price="0.01")
    hidden = book("9780000000003", "private", "Hidden", alone)
    Tag.objects.create(label="demo-classic", target=winter)
    Tag.objects.create(label="demo-pupil", target=pupil)
    Tag.objects.create(label="private", target=hidden)
    Loan.objects.create(user=ida, book=winter, due="2026-05-01", returned=True)
    Loan.objects.create(user=ida, book=winter, due="2026-06-01")
    # Somebody who is not the demo's has a book that is.
    Loan.objects.create(user=other, book=summer, due="2026-06-02")
    Loan.objects.create(user=other, book=hidden, due="2026-06-03")
    session = SessionStore()
    session["basket"] = [winter.pk]
    session.set_expiry(datetime.datetime(2100, 1, 1, tzinfo=UTC))
    session.save()


def tell():
    books = Book.objects.filter(shelf="demo").order_by("pk")
    users = User.objects.filter(username__startswith="demo-").order_by("pk")
    loans = Loan.objects.filter(book__in=books).order_by("pk")
    tags = Tag.objects.filter(label__startswith="demo-").order_by("pk")
    rows = [*books, *users, *loans, *tags, *Group.objects.order_by("pk")]
    told = serializers.serialize("json", rows, use_natural_foreign_keys=True)
    # A snapshot has the keys of JSON in an order of its own.
    print(json.dumps(json.loads(told), indent=1, sort_keys=True))
    for one in books:
        print(one.title, [author.name for author in one.authors.order_by("pk")], [tag.label for tag in one.tags.all()])
    for one in tags:
        print(one.label, "is on", type(one.target).__name__, one.target.pk)
    print(sorted(User.objects.get(username="demo-ida").get_all_permissions()))
    print([SessionStore(session_key=one.session_key)["basket"] for one in Session.objects.all()])


def work():
    """Rows without ids, rows that have to be refused, a login, a deletion that cascades."""
    ida = authenticate(username="demo-ida", password="sésame")
    assert ida is not None and authenticate(username="demo-ida", password="wrong") is None
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in (User, Group, Author, Book, Loan, Tag)}
    author = Author.objects.create(name="New", mentor=Author.objects.order_by("pk").first())
    new = book("9780000000009", "demo", "New", author, *Author.objects.order_by("pk")[:1])
    made = [author, new, Tag.objects.create(label="demo-new", target=new), User.objects.create_user("demo-new")]
    made.append(Group.objects.create(name="new"))
    made[3].groups.add(made[4])
    made.append(Loan.objects.create(user=ida, book=new, due="2026-07-01"))
    for one in made:
        assert one.pk not in before[type(one)] and one.pk > max(before[type(one)]), one
    for refused in ({"book": new, "due": "2026-07-02"}, {"book": new, "due": "1999-12-31", "returned": True}):
        try:
            with transaction.atomic():
                Loan.objects.create(user=ida, **refused)
            assert os.environ.get("LIBRARY_CHECKS") == "left out", refused
        except IntegrityError:
            pass
    session = SessionStore()
    session["of"] = ida.pk
    session.save()
    deleted, by_model = made[3].delete()
    assert by_model["auth.User_groups"] == 1, by_model
    print(f"worked on: {len(made)} new rows, {deleted} deleted")


{"fill": fill, "tell": tell, "work": work}[sys.argv[1]]()
