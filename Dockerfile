# The command line in an image: docker run -v "$PWD:/job" portevoix render /job/job.yaml --out /job/out
FROM python:3.12.12-slim-bookworm
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
RUN python scripts/link-source.py && useradd --create-home portevoix && mkdir -p /app/build && chown portevoix /app/build
USER portevoix
ENTRYPOINT ["portevoix"]
