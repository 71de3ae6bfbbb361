"""The routes of the pages, a module for each page."""

from fastapi import APIRouter

from service.http.routes.desk import captions, entry, house, job, jobs, new, release, review, texts

router = APIRouter(include_in_schema=False)
for page in (entry, jobs, job, captions, texts, review, release, house, new):
    router.include_router(page.router)
