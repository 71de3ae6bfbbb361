"""The routes of the pages, a module for each page."""

from fastapi import APIRouter

from service.http.routes.desk import entry, jobs

router = APIRouter(include_in_schema=False)
for page in (entry, jobs):
    router.include_router(page.router)
