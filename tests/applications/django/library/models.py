"""Books with their authors, tags on anything, and loans to users: each kind of column and key that Django makes."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Tag(models.Model):
    label = models.SlugField()
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"])]


class Author(models.Model):
    name = models.CharField(max_length=200)
    born = models.DateField(null=True)
    mentor = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    tags = GenericRelation(Tag)


class Book(models.Model):
    isbn = models.CharField(max_length=13, unique=True)
    title = models.CharField(max_length=200)
    authors = models.ManyToManyField(Author)
    shelf = models.CharField(max_length=20)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    rating = models.FloatField(null=True)
    details = models.JSONField(default=dict)
    cover = models.BinaryField(null=True)
    key = models.UUIDField(default=uuid.uuid4)
    added = models.DateTimeField()
    opens = models.TimeField(null=True)
    listening = models.DurationField(null=True)
    in_print = models.BooleanField(default=True)
    tags = GenericRelation(Tag)


class Loan(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    due = models.DateField()
    returned = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book"], condition=models.Q(returned=False), name="one_open_loan"),
            models.CheckConstraint(condition=models.Q(due__gte="2000-01-01"), name="due_in_this_century"),
        ]
